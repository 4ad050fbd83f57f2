"""The multiprocessing.Pool example of tutorials, with their numbers. It has what favours it:
math.factorial in place of a loop, and no limit on the length of what is printed."""
import math
import multiprocessing
import sys

sys.set_int_max_str_digits(0)


def compute_factorial(n):
    return math.factorial(n)


if __name__ == "__main__":
    with multiprocessing.Pool() as pool:
        results = pool.map(compute_factorial, [5000, 6000, 7000, 80000])
    for result in results:
        print(result)
