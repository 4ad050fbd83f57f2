"""The ThreadPoolExecutor example of tutorials, made like pool.py, which see."""
import math
import sys
from concurrent.futures import ThreadPoolExecutor

sys.set_int_max_str_digits(0)


def compute_factorial(n):
    return math.factorial(n)


if __name__ == "__main__":
    with ThreadPoolExecutor(max_workers=3) as executor:
        for result in executor.map(compute_factorial, [5000, 6000, 7000, 80000]):
            print(result)
