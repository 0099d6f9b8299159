/* Readable names of functions, and the caller among several frames. The source is included. */
#include "symbols/symbols.c"

#include "support.h"

static void names_of_cxx_are_made_short(void **state)
{
	static const struct {
		const char *whole, *expected;
	} cases[] = {
		{"f(int)", "f"},
		{"a::b::f(int (*)(char), std::vector<int, long>) const", "a::b::f"},
		{"std::map<int, std::vector<char> >::operator[](int const&)",
			"std::map::operator[]"},
		{"operator<(a const&, b const&)", "operator<"},
		{"std::ostream::operator<<(int)", "std::ostream::operator<<"},
		{"ptr<x>::operator->() const", "ptr::operator->"},
		{"operator new(unsigned long)", "operator new"},
		{"main::{lambda()#1}::operator()() const", "main::{lambda()#1}::operator()"},
		{"core::ops::function::FnOnce::call_once",
			"core::ops::function::FnOnce::call_once"},
		{"std::shared_ptr<S> std::make_shared<S, int>(int&&)", "std::make_shared"},
		{"std::basic_ostream<char>& std::operator<< <char>(std::basic_ostream<char>&, int)",
			"std::operator<<"},
		{"(anonymous namespace)::parse(int)", "(anonymous namespace)::parse"},
		{"", ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *name = xstrndup(cases[i].whole, without_parameters(cases[i].whole));
		drop_template_arguments(name);
		drop_returned_type(name);
		assert_text_equal(name, cases[i].expected);
		free(name);
	}
}

static void modules_of_the_c_library_are_known(void **state)
{
	assert_true(runtime_has_module("/lib/x86_64-linux-gnu/libc.so.6"));
	assert_true(runtime_has_module("/usr/lib/libstdc++.so.6.0.30"));
	assert_true(runtime_has_module("/lib64/ld-linux-x86-64.so.2"));
	assert_false(runtime_has_module("/opt/libc.so.6/libcsv.so"));
	assert_false(runtime_has_module("/usr/lib/libcrypto.so.3"));
	assert_false(runtime_has_module(""));
}

static void allocators_are_passed_over(void **state)
{
	assert_true(is_allocator("xmalloc (xalloc.c:12)"));
	assert_true(is_allocator("operator new+0x1c in libstdc++.so.6"));
	assert_true(is_allocator("std::vector::push_back (stl_vector.h:1287)"));
	assert_true(is_allocator("PyObject_Malloc+0x3 in libpython3.11.so"));
	assert_false(is_allocator("parse_row (alloc.c:12)"));
	assert_false(is_allocator("parse_row+0x10 in libmalloc.so"));
	assert_false(is_allocator("0x7f00"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_cxx_are_made_short),
		cmocka_unit_test(modules_of_the_c_library_are_known),
		cmocka_unit_test(allocators_are_passed_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
