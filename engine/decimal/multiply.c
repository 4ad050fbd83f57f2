#include "decimal/multiply.h"

#include "base/fault.h"
#include "base/residue.h"
#include "decimal/fft/twiddles.h"
#include "decimal/multiply_internal.h"

void nb_multiplier_init(nb_multiplier *multiplier)
{
    *multiplier =
        (nb_multiplier){.kernel = nb_fft_kernel_in_use(), .kept_bytes = NB_MULTIPLIER_KEPT_BYTES};
}

/* The largest log2 of vectors in all shapes for products of up to `num_digits` digits. */
static unsigned max_log_vectors(const nb_fft_kernel *kernel, size_t num_digits)
{
    const nb_fft_shape shape = nb_fft_shape_for(kernel->lanes, num_digits);
    unsigned log_vectors = shape.log_vectors;
    while ((size_t)kernel->lanes << (log_vectors + 1) <= shape.length) {
        log_vectors++;
    }
    return log_vectors;
}

static size_t num_twiddles(const nb_fft_kernel *kernel, size_t num_digits)
{
    return ((size_t)1 << max_log_vectors(kernel, num_digits)) / 16;
}

nb_status nb_multiplier_prepare(const nb_multiplier *multiplier, size_t num_digits)
{
    multiplier->kernel->prepare(max_log_vectors(multiplier->kernel, num_digits));
    return nb_fft_twiddles_reserve(num_twiddles(multiplier->kernel, num_digits));
}

size_t nb_multiplier_table_bytes(const nb_fft_kernel *kernel, size_t num_digits)
{
    return num_twiddles(kernel, num_digits) * sizeof(nb_fft_root);
}

nb_status nb_multiplier_reserve(nb_multiplier *multiplier, size_t num_digits)
{
    const nb_multiply_plan plan =
        nb_multiply_plan_best(multiplier->kernel->lanes, num_digits, num_digits, true, 0);
    return nb_workspace_reserve(&multiplier->transforms,
                                nb_fft_shape_doubles(&plan.shape) * sizeof(double));
}

/* From this size on members of the team give the pages of a work space back. */
#define MIN_DROPPED ((size_t)64 << 20)

static void drop_part(void *ctx, size_t part, unsigned rank)
{
    (void)rank;
    const nb_multiplier *m = ctx;
    nb_workspace_drop(&m->transforms, (unsigned)part, nb_team_size(m->team));
}

void nb_multiplier_release(nb_multiplier *multiplier)
{
    if (multiplier->transforms.size >= MIN_DROPPED && nb_team_size(multiplier->team) > 1) {
        nb_team_for(multiplier->team, nb_team_size(multiplier->team), drop_part, multiplier);
    }
    nb_workspace_release(&multiplier->transforms);
    nb_workspace_release(&multiplier->scratch);
    nb_workspace_release(&multiplier->spare);
}

void nb_multiplier_give_back(nb_multiplier *multiplier)
{
    const size_t size =
        multiplier->transforms.size + multiplier->scratch.size + multiplier->spare.size;
    if (size > multiplier->kept_bytes) {
        nb_multiplier_release(multiplier);
    }
}

static bool overlaps(const int32_t *product, size_t num_digits, nb_factor factor)
{
    uintptr_t start = (uintptr_t)product, end = (uintptr_t)(product + num_digits);
    return (uintptr_t)factor.digits < end && start < (uintptr_t)(factor.digits + factor.num_digits);
}

nb_status nb_multiply(nb_multiplier *multiplier, int32_t *product, nb_factor a, nb_factor b,
                      uint64_t *residue)
{
    if (a.num_digits < b.num_digits) {
        nb_factor longer = b;
        b = a;
        a = longer;
    }
    const uint64_t expected = nb_residue_mul(a.residue, b.residue);
    if (b.num_digits <= NB_BASECASE_MAX) {
        nb_multiply_basecase(product, a, b, residue);
        return *residue == expected ? NBANG_OK : NBANG_UNVERIFIED;
    }
    bool good = false;
    nb_status status = NBANG_OK;
    const size_t num_digits = a.num_digits + b.num_digits;
    if (!multiplier->careful) {
        bool is_lost = overlaps(product, num_digits, a) || overlaps(product, num_digits, b);
        status = nb_multiply_fft(multiplier, product, a, b, residue, &good);
        good = good && !nb_fault("product", multiplier->num_failed);
        if (status != NBANG_OK || good) {
            return status;
        }
        multiplier->num_failed++;
        if (is_lost) {
            return NBANG_UNVERIFIED;
        }
    }
    status = nb_multiply_split(multiplier, product, a, b, residue);
    if (status == NBANG_OK && (*residue != expected || nb_fault("split-product", 0))) {
        status = NBANG_UNVERIFIED;
    }
    return status;
}
