// A vector, a list and a map of ints over an allocator of one's own with a budget: each call as a
// line of a trace.
#include <cstdio>
#include <list>
#include <map>
#include <new>
#include <vector>

// What all allocators share: the numbers of the blocks that are live.
static std::map<void *, int> numbers;
static int next_number = 1;
static std::size_t left = 100;

template <class T> struct logging {
	using value_type = T;

	logging() = default;
	template <class U> logging(const logging<U> &)
	{
	}

	T *allocate(std::size_t n)
	{
		std::printf("a %d %zu\n", next_number++, n * sizeof(T));
		if (n * sizeof(T) > left)
			throw std::bad_alloc();
		left -= n * sizeof(T);
		void *block = ::operator new(n * sizeof(T));
		numbers[block] = next_number - 1;
		return static_cast<T *>(block);
	}

	void deallocate(T *block, std::size_t n)
	{
		std::printf("f %d size=%zu\n", numbers[block], n * sizeof(T));
		numbers.erase(block);
		left += n * sizeof(T);
		::operator delete(block);
	}

	template <class U> bool operator==(const logging<U> &) const
	{
		return true;
	}
	template <class U> bool operator!=(const logging<U> &) const
	{
		return false;
	}
};

int main()
{
	{
		std::vector<int, logging<int>> vector;
		for (int i = 0; i < 9; i++)
			vector.push_back(i);
	}
	{
		std::list<int, logging<int>> list;
		for (int i = 0; i < 3; i++)
			list.push_back(i);
	}
	try {
		std::map<int, int, std::less<int>, logging<std::pair<const int, int>>> map;
		for (int i = 0; i < 3; i++)
			map[i] = i;
	} catch (const std::bad_alloc &) {
	}
	return 0;
}
