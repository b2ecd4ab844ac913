/* Hashed n-grams, and what is summed up over them: the twins of `_terms` in detector/features/ngrams.py, of `_evidence` in vocabulary.py and of
   `_elsewhere` in foreignness.py. Sums are taken in the order in which numpy takes them, so they are equal to the last bit. */
#include "common.h"
#include "kinds.h"

#include <math.h>
#include <stdlib.h>

#define BASE 0x9E3779B97F4A7C15u
#define MIX 0xD6E8FEB86659FD93u
static const uint64_t SALTS[] = {0x243F6A8885A308D3u, 0x13198A2E03707344u, 0xA4093822299F31D0u, 0x082EFA98EC4E6C89u,
                                 0x452821E638D01377u, 0xBE5466CF34E90C6Cu, 0xC0AC29B7C97C50DDu};

enum { BITS = 20, LONGEST_UNSPACED = 4, SPELLED = 4, WORD = 5, PAIR = 6, SIGNATURE = 8191 };

/* The phrases of a text. */
typedef struct {
    Py_buffer views[4];
    const Code *code;
    const uint8_t *kind;
    const int64_t *first, *last;
    Py_ssize_t count, longest; /* longest: characters of the longest phrase */
} Phrases;

/* -1 with an error, and nothing held. given: (code, kind, first, last) */
static int get_phrases(PyObject *given, Phrases *phrases) {
    if (get_buffers(given, phrases->views, "4188", 0) < 0) return -1;
    phrases->code = phrases->views[0].buf, phrases->kind = phrases->views[1].buf;
    phrases->first = phrases->views[2].buf, phrases->last = phrases->views[3].buf;
    phrases->count = phrases->views[2].len / 8;
    phrases->longest = 0;
    Py_ssize_t size = phrases->views[1].len;
    int failed = phrases->views[0].len != size * 4 || phrases->views[3].len != phrases->views[2].len;
    for (Py_ssize_t i = 0; i < phrases->count && !failed; i++) {
        int64_t length = phrases->last[i] - phrases->first[i] + 1;
        failed = phrases->first[i] < 0 || length < 1 || phrases->last[i] >= size;
        if (length > phrases->longest) phrases->longest = (Py_ssize_t)length;
    }
    if (!failed) return 0;
    PyErr_SetString(PyExc_ValueError, "a phrase lies outside of the text");
    release_buffers(phrases->views, 4);
    return -1;
}

static inline uint64_t mixed(uint64_t value, int salt) {
    value += SALTS[salt];
    value ^= value >> 29;
    value *= MIX;
    value ^= value >> 32;
    return value * MIX;
}

/* The polynomial of a stretch of code points. */
static inline uint64_t polynomial(const Code *code, Py_ssize_t length) {
    uint64_t value = 0, power = 1;
    for (Py_ssize_t i = 0; i < length; i++, power *= BASE) value += code[i] * power;
    return value;
}

/* The word that begins at `at` of a phrase of `length` characters: where it ends. */
static inline Py_ssize_t word_end(const uint8_t *kind, Py_ssize_t at, Py_ssize_t length) {
    while (at < length && is_spelled(kind[at])) at++;
    return at;
}

/* Calls EACH(hash, at) for all n-grams of a phrase, kind by kind, each kind in the order of the text. */
#define FOR_EACH_NGRAM(code, kind, length, EACH)                                                                        \
    do {                                                                                                                 \
        for (int n_ = 1; n_ <= LONGEST_UNSPACED; n_++)                                                                   \
            for (Py_ssize_t at_ = 0; at_ + n_ <= (length); at_++)                                                        \
                if (is_unspaced((kind)[at_])) EACH(mixed(polynomial((code) + at_, n_), n_ - 1), at_)                     \
        for (Py_ssize_t at_ = 0; at_ + SPELLED <= (length); at_++)                                                       \
            if (is_spelled((kind)[at_])) EACH(mixed(polynomial((code) + at_, SPELLED), SPELLED), at_)                    \
        for (Py_ssize_t at_ = 0; at_ < (length); at_++) {                                                                \
            Py_ssize_t past_ = word_end((kind), at_, (length));                                                          \
            if (past_ > at_) EACH(mixed(polynomial((code) + at_, past_ - at_), WORD), at_)                               \
            at_ = past_;                                                                                                 \
        }                                                                                                                \
        uint64_t before_ = 0;                                                                                            \
        Py_ssize_t begun_ = -1;                                                                                          \
        for (Py_ssize_t at_ = 0; at_ < (length); at_++) {                                                                \
            Py_ssize_t past_ = word_end((kind), at_, (length));                                                          \
            if (past_ == at_) continue;                                                                                  \
            uint64_t word_ = mixed(polynomial((code) + at_, past_ - at_), WORD);                                         \
            if (begun_ >= 0) EACH((before_ * 3 + word_) * MIX + SALTS[PAIR], begun_)                                     \
            before_ = word_, begun_ = at_, at_ = past_;                                                                  \
        }                                                                                                                \
    } while (0)

/* terms((code, kind, first, last), signature) -> (bucket int32, number uint16, phrase int32, at int32) of all terms, pairs of characters first.
   signature: float64, of each phrase */
static PyObject *terms(PyObject *self, PyObject *args) {
    PyObject *given, *out, *made[4] = {NULL, NULL, NULL, NULL}, *answer = NULL;
    Phrases phrases;
    Py_buffer signature;
    if (!PyArg_ParseTuple(args, "OO", &given, &out) || get_phrases(given, &phrases) < 0) return NULL;
    if (get_buffer(out, &signature, 8, 1) < 0) goto release_phrases;
    if (signature.len != phrases.count * 8) {
        PyErr_SetString(PyExc_ValueError, "arrays of one length are asked for");
        goto release;
    }
    Py_ssize_t pairs = 0, words = 0;
    for (Py_ssize_t i = 0; i < phrases.count; i++) {
        const uint8_t *kind = phrases.kind + phrases.first[i];
        Py_ssize_t length = (Py_ssize_t)(phrases.last[i] - phrases.first[i] + 1);
        for (Py_ssize_t at = 0; at < length; at++) {
            pairs += at + 2 <= length && is_unspaced(kind[at]);
            words += is_spelled(kind[at]) && !(at && is_spelled(kind[at - 1]));
        }
    }
    static const int sizes[] = {4, 2, 4, 4};
    for (int i = 0; i < 4; i++)
        if (!(made[i] = PyByteArray_FromStringAndSize(NULL, (pairs + words) * sizes[i]))) goto release;
    int32_t *bucket = (int32_t *)PyByteArray_AsString(made[0]), *phrase = (int32_t *)PyByteArray_AsString(made[2]);
    int32_t *place = (int32_t *)PyByteArray_AsString(made[3]);
    uint16_t *number = (uint16_t *)PyByteArray_AsString(made[1]);
    double *signed_as = signature.buf;
    Py_ssize_t next[] = {0, pairs};
    for (Py_ssize_t i = 0; i < phrases.count; i++) {
        const Code *code = phrases.code + phrases.first[i];
        const uint8_t *kind = phrases.kind + phrases.first[i];
        Py_ssize_t length = (Py_ssize_t)(phrases.last[i] - phrases.first[i] + 1);
        uint64_t total = 0;
#define SIGN(hash, at) total += ((hash) >> (64 - BITS)) % SIGNATURE + 1;
        FOR_EACH_NGRAM(code, kind, length, SIGN);
        signed_as[i] = (double)total;
        for (Py_ssize_t at = 0; at < length; at++) {
            int is_pair = is_unspaced(kind[at]);
            Py_ssize_t past = is_pair ? at + 2 : word_end(kind, at, length);
            if (past == at || past > length) continue;
            uint64_t hash = mixed(polynomial(code + at, past - at), is_pair ? 1 : WORD);
            Py_ssize_t to = next[!is_pair]++;
            bucket[to] = (int32_t)(hash >> (64 - BITS));
            number[to] = (uint16_t)(hash >> 20);
            phrase[to] = (int32_t)i;
            place[to] = (int32_t)(phrases.first[i] + at);
            if (!is_pair) at = past - 1;
        }
    }
    answer = PyTuple_Pack(4, made[0], made[1], made[2], made[3]);
release:
    for (int i = 0; i < 4; i++) Py_XDECREF(made[i]);
    PyBuffer_Release(&signature);
release_phrases:
    release_buffers(phrases.views, 4);
    return answer;
}

enum { WIDTHS = 2, WIDEST = 16, MOST_COUNTED = 4 * WIDEST };
static const int WIDTH[WIDTHS] = {6, 16}; /* SHORT and LONG */

/* evidence((code, kind, first, last), weights, out): out, 4 x phrases float32: total, count, and the peaks of each width */
static PyObject *evidence(PyObject *self, PyObject *args) {
    PyObject *given, *table, *result, *answer = NULL;
    Phrases phrases;
    Py_buffer weights, out;
    if (!PyArg_ParseTuple(args, "OOO", &given, &table, &result) || get_phrases(given, &phrases) < 0) return NULL;
    if (get_buffer(table, &weights, 4, 0) < 0) goto release_phrases;
    if (get_buffer(result, &out, 4, 1) < 0) goto release_weights;
    Py_ssize_t count = phrases.count;
    double *sums = malloc((size_t)(phrases.longest + 1) * sizeof *sums), running = 0.0, root[MOST_COUNTED + 1];
    int32_t *counts = malloc((size_t)(phrases.longest + 1) * sizeof *counts);
    if (!sums || !counts) {
        PyErr_NoMemory();
    } else if (weights.len != (Py_ssize_t)4 << BITS || out.len != count * 4 * (2 + WIDTHS)) {
        PyErr_SetString(PyExc_ValueError, "weights or out have another shape than asked for");
    } else {
        const float *weight = weights.buf;
        float *to = out.buf;
        for (int i = 0; i <= MOST_COUNTED; i++) root[i] = sqrt(i ? i : 1);
        Py_BEGIN_ALLOW_THREADS
        for (Py_ssize_t i = 0; i < count; i++) {
            const Code *code = phrases.code + phrases.first[i];
            const uint8_t *kind = phrases.kind + phrases.first[i];
            Py_ssize_t length = (Py_ssize_t)(phrases.last[i] - phrases.first[i] + 1);
            double total = 0.0;
            for (Py_ssize_t at = 0; at <= length; at++) sums[at] = 0.0, counts[at] = 0;
            /* one place further on each: they become sums of what stands before */
#define WEIGH(hash, at)                                 \
    {                                                   \
        double spoken = weight[(hash) >> (64 - BITS)];  \
        total += spoken;                                \
        sums[(at) + 1] += spoken;                       \
        counts[(at) + 1]++;                             \
    }
            FOR_EACH_NGRAM(code, kind, length, WEIGH);
            sums[0] = running; /* the sum runs on over the page, as numpy's does */
            for (Py_ssize_t at = 0; at < length; at++) {
                sums[at + 1] = sums[at] + sums[at + 1];
                counts[at + 1] += counts[at];
            }
            running = sums[length];
            to[i] = (float)total;
            to[count + i] = (float)counts[length];
            for (int w = 0; w < WIDTHS; w++) {
                double best = -INFINITY;
                for (Py_ssize_t at = 0; at < length; at++) {
                    Py_ssize_t past = at + WIDTH[w] < length ? at + WIDTH[w] : length;
                    double found = (sums[past] - sums[at]) / root[counts[past] - counts[at]];
                    if (found > best) best = found;
                }
                to[(2 + w) * count + i] = (float)best;
            }
        }
        Py_END_ALLOW_THREADS
        answer = Py_NewRef(Py_None);
    }
    free(sums);
    free(counts);
    PyBuffer_Release(&out);
release_weights:
    PyBuffer_Release(&weights);
release_phrases:
    release_buffers(phrases.views, 4);
    return answer;
}

enum { NUMBERS = 1 << 16, FAR = 400, VERY_FAR = 2500, NEAR = 200, FIGURES = 11 };
enum { COUNT, WEIGHT, IS_FAR, RARE_FAR, IS_NEAR, RARE_NEAR, USUAL, UNSEEN, VERY, IS_VERY_FAR, IN_TITLE };

/* Of each term: place of the first occurrence, how many there are in a title, number of the last one from 1 on. All zero between calls. */
static struct { int32_t first, titles, last; } occurrences[NUMBERS];

/* elsewhere((bucket, number, phrase, at), usual, in_title, out): in_title: of each phrase, uint8; out: FIGURES x phrases float64, zeros */
static PyObject *elsewhere(PyObject *self, PyObject *args) {
    PyObject *given, *table, *marks, *result, *answer = NULL;
    Py_buffer term[4], usual, titles, out;
    if (!PyArg_ParseTuple(args, "OOOO", &given, &table, &marks, &result) || get_buffers(given, term, "4244", 0) < 0) return NULL;
    if (get_buffer(table, &usual, 1, 0) < 0) goto release_terms;
    if (get_buffer(marks, &titles, 1, 0) < 0) goto release_usual;
    if (get_buffer(result, &out, 8, 1) < 0) goto release_titles;
    Py_ssize_t count = term[0].len / 4, n = titles.len;
    const int32_t *bucket = term[0].buf, *phrase = term[2].buf, *at = term[3].buf;
    const uint16_t *number = term[1].buf;
    const uint8_t *is_title = titles.buf, *known = usual.buf;
    int failed = out.len != n * 8 * FIGURES || usual.len != (Py_ssize_t)1 << BITS || term[1].len != count * 2 || term[2].len != count * 4 ||
                 term[3].len != count * 4;
    for (Py_ssize_t i = 0; i < count && !failed; i++) failed = phrase[i] < 0 || phrase[i] >= n || bucket[i] < 0 || bucket[i] >> BITS;
    uint8_t *near = failed ? NULL : calloc((size_t)count + 1, 1);
    if (failed) {
        PyErr_SetString(PyExc_ValueError, "arrays of one length are asked for");
    } else if (!near) {
        PyErr_NoMemory();
    } else {
        float share[256], rare[256];
        for (int i = 0; i < 256; i++) {
            share[i] = (float)i / 255.0f;
            rare[i] = 1.0f - share[i] * 1.6f; /* a term on most sites weighs next to nothing */
            if (rare[i] < 0.02f) rare[i] = 0.02f;
        }
        double *to = out.buf;
        for (Py_ssize_t i = 0; i < count; i++) {
            int32_t *last = &occurrences[number[i]].last, before = *last - 1;
            if (before < 0) occurrences[number[i]].first = at[i];
            else if (phrase[before] != phrase[i] && (int64_t)at[i] - at[before] < NEAR) near[before] = near[i] = 1;
            *last = (int32_t)i + 1;
            occurrences[number[i]].titles += is_title[phrase[i]] != 0;
        }
        for (Py_ssize_t i = 0; i < count; i++) {
            int64_t before = (int64_t)at[i] - occurrences[number[i]].first, after = (int64_t)at[occurrences[number[i]].last - 1] - at[i];
            int64_t distance = before > after ? before : after;
            uint8_t level = known[bucket[i]];
            double weight = rare[level];
            double *figure = to + phrase[i];
            figure[COUNT * n] += 1.0;
            figure[WEIGHT * n] += weight;
            if (distance > FAR) figure[IS_FAR * n] += 1.0, figure[RARE_FAR * n] += weight;
            if (near[i]) figure[IS_NEAR * n] += 1.0, figure[RARE_NEAR * n] += weight;
            figure[USUAL * n] += share[level];
            figure[UNSEEN * n] += level == 0;
            figure[VERY * n] += share[level] > 0.55f;
            figure[IS_VERY_FAR * n] += distance > VERY_FAR;
            figure[IN_TITLE * n] += occurrences[number[i]].titles - (is_title[phrase[i]] != 0) > 0;
        }
        for (Py_ssize_t i = 0; i < count; i++) memset(&occurrences[number[i]], 0, sizeof *occurrences);
        answer = Py_NewRef(Py_None);
    }
    free(near);
    PyBuffer_Release(&out);
release_titles:
    PyBuffer_Release(&titles);
release_usual:
    PyBuffer_Release(&usual);
release_terms:
    release_buffers(term, 4);
    return answer;
}

PyMethodDef ngram_methods[] = {
    {"terms", terms, METH_VARARGS, NULL},
    {"evidence", evidence, METH_VARARGS, NULL},
    {"elsewhere", elsewhere, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
