/* See confinement.h. The kernel's interfaces are used directly: no library has them all. */
#include "plugin/confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#define HAS_LANDLOCK 1
#endif
#if __has_include(<linux/seccomp.h>) && (defined(__x86_64__) || defined(__aarch64__))
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#define HAS_SECCOMP 1
#endif

const char *const system_folders[] = {"/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin",
	"/sbin", "/opt", "/nix", "/gnu", "/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf",
	"/etc/ld.so.conf.d", "/etc/ld.so.preload", NULL};

/* ---- limits and rights --------------------------------------------------------------------- */

void set_limit(int what, uint64_t most)
{
	struct rlimit limit;

	if (getrlimit(what, &limit) == 0 &&
		(limit.rlim_max == RLIM_INFINITY || limit.rlim_max > most))
		limit.rlim_max = most;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(what, &limit);
}

void drop_rights(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0}};

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	syscall(SYS_capset, &head, none);
}

/* ---- spaces -------------------------------------------------------------------------------- */

bool confine_spaces(void)
{
	const int spaces = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWUTS;

	/* root may also do it where user namespaces are forbidden */
	return unshare(CLONE_NEWUSER | spaces) == 0 || unshare(spaces) == 0;
}

/* ---- files --------------------------------------------------------------------------------- */

#ifdef HAS_LANDLOCK

#define READING \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define OF_FILES \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | \
		LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATING)
#define FIRST_VERSION  ((UINT64_C(1) << 13) - 1) /* of rights: all that landlock knew at first */
#define REFERRING      (UINT64_C(1) << 13)       /* from version 2 on */
#define TRUNCATING     (UINT64_C(1) << 14)       /* 3 */
#define DEVICE_CALLS   (UINT64_C(1) << 15)       /* 5 */
#define NETWORK_RIGHTS UINT64_C(3)               /* 4: bind and connect */
#define SCOPES         UINT64_C(3)               /* 6: abstract sockets and signals */

/* As struct landlock_ruleset_attr of version 6, which older headers do not have. */
struct ruleset {
	uint64_t files, network, scopes;
};

static uint64_t file_rights(int version)
{
	return FIRST_VERSION | (version >= 2 ? REFERRING : 0) | (version >= 3 ? TRUNCATING : 0) |
	       (version >= 5 ? DEVICE_CALLS : 0);
}

static void allow(int ruleset, const struct allowed_file *file, uint64_t rights)
{
	int fd = file->path ? open(file->path, O_PATH | O_CLOEXEC) : file->fd;
	struct landlock_path_beneath_attr rule = {.parent_fd = fd,
		.allowed_access = file->use == FILE_READ ? READING : rights};
	struct stat status;

	if (fd >= 0 && fstat(fd, &status) == 0) {
		if (!S_ISDIR(status.st_mode))
			rule.allowed_access &= OF_FILES & rights;
		syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	}
	if (file->path && fd >= 0)
		close(fd);
}

bool confine_files(const struct allowed_file *files, size_t count)
{
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	const struct ruleset handled = {.files = file_rights((int)version),
		.network = NETWORK_RIGHTS,
		.scopes = SCOPES};
	size_t size = version >= 6   ? sizeof(handled)
		      : version >= 4 ? 2 * sizeof(uint64_t)
				     : sizeof(uint64_t);

	if (version < 1)
		return false;
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, size, 0);
	if (ruleset < 0)
		return false;
	for (size_t i = 0; i < count; i++)
		allow(ruleset, &files[i], handled.files);
	long result = syscall(SYS_landlock_restrict_self, ruleset, 0);
	close(ruleset);
	return result == 0;
}

#else

bool confine_files(const struct allowed_file *files, size_t count)
{
	return false;
}

#endif

/* ---- calls --------------------------------------------------------------------------------- */

#ifdef HAS_SECCOMP

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

extern const char after_gate[];

#if __has_attribute(noclone)
#define ONCE __attribute__((noinline, noclone))
#else
#define ONCE __attribute__((noinline))
#endif

/* There is one of it: the place after the call is what the filter knows the gate by. */
ONCE long gate_call(long number, long a, long b, long c, long d, long e)
{
#if defined(__x86_64__)
	register long fourth __asm__("r10") = d;
	register long fifth __asm__("r8") = e;
	long result = number;
	__asm__ volatile("syscall\n\t.globl after_gate\nafter_gate:"
			 : "+a"(result)
			 : "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth)
			 : "rcx", "r11", "memory");
	return result;
#else
	register long nr __asm__("x8") = number;
	register long result __asm__("x0") = a;
	register long second __asm__("x1") = b;
	register long third __asm__("x2") = c;
	register long fourth __asm__("x3") = d;
	register long fifth __asm__("x4") = e;
	__asm__ volatile("svc #0\n\t.globl after_gate\nafter_gate:"
			 : "+r"(result)
			 : "r"(nr), "r"(second), "r"(third), "r"(fourth), "r"(fifth)
			 : "memory");
	return result;
#endif
}

#define REFUSE(error) (SECCOMP_RET_ERRNO | (error))

/*
 * What a system call gets, by its number; with an argument, only where that is the value, or has
 * its bits.
 */
enum condition { ALWAYS, IF_EQUAL, IF_BITS, IF_GATE };

struct call_rule {
	int number;
	uint32_t action;
	enum condition condition;
	unsigned argument;
	uint32_t value;
};

#define ALLOW(name) \
	{ \
		SYS_##name, SECCOMP_RET_ALLOW, ALWAYS, 0, 0 \
	}
#define DENY(name, error) \
	{ \
		SYS_##name, REFUSE(error), ALWAYS, 0, 0 \
	}

/* Nothing that compilers need. */
static const struct call_rule compile_rules[] = {
	DENY(socket, EACCES),
	DENY(socketpair, EACCES),
	DENY(ptrace, EPERM),
	DENY(process_vm_readv, EPERM),
	DENY(process_vm_writev, EPERM),
	DENY(bpf, EPERM),
	DENY(keyctl, EPERM),
	DENY(add_key, EPERM),
	DENY(request_key, EPERM),
	DENY(perf_event_open, EPERM),
	DENY(userfaultfd, EPERM),
	DENY(mount, EPERM),
	DENY(umount2, EPERM),
	DENY(unshare, EPERM),
	DENY(setns, EPERM),
	DENY(io_uring_setup, EPERM),
};

/* What the loader needs besides. */
static const struct call_rule load_rules[] = {
	ALLOW(openat),
	ALLOW(read),
	ALLOW(pread64),
	ALLOW(newfstatat),
	ALLOW(faccessat),
	ALLOW(readlinkat),
	ALLOW(getcwd),
	ALLOW(getdents64),
#ifdef SYS_open
	ALLOW(open),
	ALLOW(stat),
	ALLOW(lstat),
	ALLOW(access),
	ALLOW(readlink),
#endif
#ifdef SYS_landlock_restrict_self
	ALLOW(landlock_create_ruleset),
	ALLOW(landlock_restrict_self),
#endif
	ALLOW(seccomp),
};

/* An allocator's memory, the clock, and output; what the runner does through its gate. */
static const struct call_rule run_rules[] = {
	ALLOW(mmap),
	ALLOW(mprotect),
	ALLOW(munmap),
	ALLOW(mremap),
	ALLOW(madvise),
	ALLOW(brk),
	ALLOW(write),
	ALLOW(writev),
	ALLOW(lseek),
	ALLOW(fstat),
	ALLOW(close),
	ALLOW(dup),
	ALLOW(dup3),
#ifdef SYS_dup2
	ALLOW(dup2),
#endif
#ifdef SYS_time
	ALLOW(time),
#endif
#ifdef SYS_arch_prctl
	ALLOW(arch_prctl),
#endif
	ALLOW(clock_gettime),
	ALLOW(clock_getres),
	ALLOW(gettimeofday),
	ALLOW(times),
	ALLOW(getrusage),
	ALLOW(getrandom),
	ALLOW(getpid),
	ALLOW(getppid),
	ALLOW(gettid),
	ALLOW(getuid),
	ALLOW(geteuid),
	ALLOW(getgid),
	ALLOW(getegid),
	ALLOW(uname),
	ALLOW(sysinfo),
	ALLOW(sched_yield),
	ALLOW(sched_getaffinity),
	ALLOW(sigaltstack),
	ALLOW(rt_sigreturn),
	ALLOW(exit),
	ALLOW(exit_group),
	ALLOW(restart_syscall),
	ALLOW(sendto),
	{SYS_prlimit64, SECCOMP_RET_ALLOW, IF_EQUAL, 0, 0}, /* of itself */
	{SYS_futex, SECCOMP_RET_ALLOW, IF_EQUAL, 1, FUTEX_WAKE},
	{SYS_futex, SECCOMP_RET_ALLOW, IF_EQUAL, 1, FUTEX_WAKE_PRIVATE},
	{SYS_recvfrom, SECCOMP_RET_ALLOW, IF_BITS, 3, MSG_DONTWAIT},
	{SYS_clone, SECCOMP_RET_ALLOW, IF_GATE, 0, 0},
	{SYS_recvmsg, SECCOMP_RET_ALLOW, IF_GATE, 0, 0},
	{SYS_setitimer, SECCOMP_RET_ALLOW, IF_GATE, 0, 0},
	DENY(newfstatat, EACCES), /* printf() asks it about what is open */
	DENY(ioctl, ENOTTY),
	DENY(fcntl, EPERM),
	DENY(rt_sigaction, EPERM),
	DENY(clone3, ENOSYS),
};

/* Two filters at most: that of CALLS_RUN comes on top of that of CALLS_LOAD. */
#define INSTRUCTIONS_MAX 400u

struct program {
	struct sock_filter code[INSTRUCTIONS_MAX];
	unsigned length;
};

static void put(struct program *program, uint16_t code, uint32_t k, unsigned yes, unsigned no)
{
	if (program->length < INSTRUCTIONS_MAX)
		program->code[program->length++] =
			(struct sock_filter){code, (uint8_t)yes, (uint8_t)no, k};
}

static void load_word(struct program *program, size_t offset)
{
	put(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void load_argument(struct program *program, unsigned argument)
{
	load_word(program, offsetof(struct seccomp_data, args) + argument * sizeof(uint64_t));
}

/* Continues after the rule where the condition does not hold, with the call's number again. */
static void put_condition(struct program *program, const struct call_rule *rule)
{
	const uint64_t gate = (uintptr_t)after_gate;

	switch (rule->condition) {
	case ALWAYS:
		put(program, BPF_RET | BPF_K, rule->action, 0, 0);
		return;
	case IF_EQUAL:
		load_argument(program, rule->argument);
		put(program, BPF_JMP | BPF_JEQ | BPF_K, rule->value, 0, 1);
		break;
	case IF_BITS:
		load_argument(program, rule->argument);
		put(program, BPF_JMP | BPF_JSET | BPF_K, rule->value, 0, 1);
		break;
	case IF_GATE:
		load_word(program, offsetof(struct seccomp_data, instruction_pointer));
		put(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)gate, 0, 3);
		load_word(program, offsetof(struct seccomp_data, instruction_pointer) + 4);
		put(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(gate >> 32), 0, 1);
		break;
	}
	put(program, BPF_RET | BPF_K, rule->action, 0, 0);
	load_word(program, offsetof(struct seccomp_data, nr));
}

/* The instructions of a condition, which a rule for another number skips. */
static unsigned length_of(enum condition condition)
{
	return condition == ALWAYS ? 1 : condition == IF_GATE ? 6 : 4;
}

static void put_rules(struct program *program, const struct call_rule *rules, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		put(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)rules[i].number, 0,
			length_of(rules[i].condition));
		put_condition(program, &rules[i]);
	}
}

#define PUT_RULES(program, rules) put_rules(program, rules, sizeof(rules) / sizeof(*(rules)))

bool confine_calls(enum call_set set)
{
	struct program program = {.length = 0};
	uint32_t otherwise = set == CALLS_COMPILE ? SECCOMP_RET_ALLOW : SECCOMP_RET_TRAP;

	load_word(&program, offsetof(struct seccomp_data, arch));
	put(&program, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
	put(&program, BPF_RET | BPF_K, REFUSE(ENOSYS), 0, 0);
	load_word(&program, offsetof(struct seccomp_data, nr));
	if (set == CALLS_COMPILE)
		PUT_RULES(&program, compile_rules);
	if (set == CALLS_LOAD)
		PUT_RULES(&program, load_rules);
	if (set != CALLS_COMPILE)
		PUT_RULES(&program, run_rules);
	put(&program, BPF_RET | BPF_K, otherwise, 0, 0);

	const struct sock_fprog filter = {.len = (unsigned short)program.length,
		.filter = program.code};
	return program.length < INSTRUCTIONS_MAX &&
	       syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}

#else

long gate_call(long number, long a, long b, long c, long d, long e)
{
	return syscall(number, a, b, c, d, e);
}

bool confine_calls(enum call_set set)
{
	return false;
}

#endif
