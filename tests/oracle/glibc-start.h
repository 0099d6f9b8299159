/*
 * For a program that is to run with older releases of the library than the one it is linked to:
 * what it calls has the names that those know, and it starts itself, since the usual start calls
 * what came with 2.34.
 */
#ifndef GLIBC_START_H
#define GLIBC_START_H

#if defined(__x86_64__)

#define OF_OLD(name) __asm__(".symver " #name "," #name "@GLIBC_2.2.5")

OF_OLD(__libc_start_main);
OF_OLD(pthread_create);
OF_OLD(sem_init);
OF_OLD(sem_post);
OF_OLD(sem_wait);

/* As in the library's own crt1.o, for programs without constructors. */
__asm__(".text\n"
	".globl _start\n"
	"_start:\n"
	"	xor %ebp, %ebp\n"
	"	mov %rdx, %r9\n"
	"	pop %rsi\n"
	"	mov %rsp, %rdx\n"
	"	and $-16, %rsp\n"
	"	push %rax\n"
	"	push %rsp\n"
	"	xor %r8d, %r8d\n"
	"	xor %ecx, %ecx\n"
	"	lea main(%rip), %rdi\n"
	"	call *__libc_start_main@GOTPCREL(%rip)\n"
	"	hlt\n");

#endif

#endif
