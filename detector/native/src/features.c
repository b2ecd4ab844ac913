/* Columns of features, a family at a time: the twins of `columns` in detector/features/form.py, place.py, foreignness.py and vocabulary.py, where
   what they mean is explained. They stand in the order of the family's NAMES. All is reckoned in float32 where numpy does, in the same order, so
   values are equal to the last bit. */
#include "sums.h"

#include <math.h>
#include <stdlib.h>

static float greater(float a, float b) { return a > b ? a : b; }
static float lesser(float a, float b) { return a < b ? a : b; }

/* numpy's pairwise summation of float32 */
static float sum(const float *values, Py_ssize_t n) {
    if (n < 8) {
        float total = -0.0f;
        for (Py_ssize_t i = 0; i < n; i++) total += values[i];
        return total;
    }
    if (n <= 128) {
        float r[8];
        memcpy(r, values, sizeof r);
        Py_ssize_t i = 8;
        for (; i < n - n % 8; i += 8)
            for (int k = 0; k < 8; k++) r[k] += values[i + k];
        float total = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
        for (; i < n; i++) total += values[i];
        return total;
    }
    Py_ssize_t half = n / 2;
    half -= half % 8;
    return sum(values, half) + sum(values + half, n - half);
}

/* Where columns go: n rows of `width` features, of which the family's begin at `column`; logarithms of whole numbers, as many as there are. */
typedef struct {
    Py_buffer figures, logarithms;
    float *at; /* the next column */
    const float *logarithm;
    Py_ssize_t n, width, logarithm_count, left; /* left: columns that the family may still put */
    float *rows, *next, *scratch;               /* room to reckon in: rows that stay, and one that is written over */
    double *wide;
    int rooms;
} Sheet;

/* -1 with an error, and nothing held. family: how many columns it has by its NAMES; asked: how many it has here; rooms: rows to reckon in */
static int open_sheet(PyObject *figures, PyObject *logarithms, Py_ssize_t column, Py_ssize_t family, Py_ssize_t asked, Py_ssize_t n, int rooms,
                      Sheet *sheet) {
    if (family != asked) {
        PyErr_Format(PyExc_ValueError, "the family has %zd names and %zd columns in its kernel", family, asked);
        return -1;
    }
    if (get_buffer(figures, &sheet->figures, 4, 1) < 0) return -1;
    if (get_buffer(logarithms, &sheet->logarithms, 4, 0) < 0) goto release;
    sheet->n = n;
    sheet->width = n ? sheet->figures.len / 4 / n : asked;
    sheet->at = (float *)sheet->figures.buf + column;
    sheet->logarithm = sheet->logarithms.buf;
    sheet->logarithm_count = sheet->logarithms.len / 4;
    sheet->left = asked;
    if (sheet->figures.len != sheet->width * n * 4 || column < 0 || column + asked > sheet->width) {
        PyErr_SetString(PyExc_ValueError, "figures have another shape than asked for");
        goto release_logarithms;
    }
    sheet->rows = sheet->scratch = malloc((size_t)(n + 1) * (size_t)(rooms + 1) * sizeof *sheet->rows);
    sheet->next = sheet->rows + n;
    sheet->rooms = rooms;
    sheet->wide = malloc((size_t)(n + 1) * sizeof *sheet->wide);
    if (sheet->rows && sheet->wide) return 0;
    free(sheet->rows);
    free(sheet->wide);
    PyErr_NoMemory();
release_logarithms:
    PyBuffer_Release(&sheet->logarithms);
release:
    PyBuffer_Release(&sheet->figures);
    return -1;
}

static PyObject *close_sheet(Sheet *sheet) {
    free(sheet->rows);
    free(sheet->wide);
    PyBuffer_Release(&sheet->logarithms);
    PyBuffer_Release(&sheet->figures);
    if (!PyErr_Occurred() && sheet->left) PyErr_Format(PyExc_SystemError, "%zd columns were not put", sheet->left);
    if (PyErr_Occurred()) return NULL;
    Py_RETURN_NONE;
}

static float *room(Sheet *sheet) {
    if (!sheet->rooms--) {
        PyErr_SetString(PyExc_SystemError, "no room to reckon in is left");
        sheet->rooms = 0;
        return sheet->scratch;
    }
    float *row = sheet->next;
    sheet->next += sheet->n;
    return row;
}

/* Puts a column; VALUE may name i, the phrase. */
#define PUT(sheet, VALUE)                                                                                    \
    do {                                                                                                     \
        float *to_ = (sheet)->at++;                                                                          \
        (sheet)->left--;                                                                                     \
        for (Py_ssize_t i = 0; i < (sheet)->n; i++, to_ += (sheet)->width) *to_ = (VALUE);                   \
    } while (0)

/* The logarithm of a whole number; one that is not in the table comes back negative, for the caller to see to. */
static inline float log_of(const Sheet *sheet, float count) {
    return count < (float)sheet->logarithm_count ? sheet->logarithm[(Py_ssize_t)count] : -count;
}

#define PUT_LOG(sheet, VALUE) PUT(sheet, log_of(sheet, VALUE))

static float *window_room(Sheet *sheet, const float *from, Py_ssize_t reach) {
    float *row = room(sheet);
    window_of(from, sheet->n, reach, sheet->wide, row);
    return row;
}

static float *level_room(Sheet *sheet, const float *from, const int64_t *number) {
    float *row = room(sheet);
    level_of(from, number, sheet->n, sheet->wide, row);
    return row;
}

static const float *window_row(Sheet *sheet, const float *from, Py_ssize_t reach) { /* until the next one */
    window_of(from, sheet->n, reach, sheet->wide, sheet->scratch);
    return sheet->scratch;
}

static const float *level_row(Sheet *sheet, const float *from, const int64_t *number) { /* until the next one */
    level_of(from, number, sheet->n, sheet->wide, sheet->scratch);
    return sheet->scratch;
}

static float members(const Sheet *sheet, Py_ssize_t i, Py_ssize_t reach) { /* how many phrases there are from i - reach to i + reach */
    Py_ssize_t past = i + reach + 1 < sheet->n ? i + reach + 1 : sheet->n, first = i > reach ? i - reach : 0;
    return (float)(past - first);
}

#define FILL(row, VALUE)                                          \
    do {                                                          \
        float *to_ = (row);                                       \
        for (Py_ssize_t i = 0; i < n; i++) to_[i] = (VALUE);      \
    } while (0)

/* form(tally, (length, dropped, following, separator kind, is_break, references), (line, sentence, group), logarithms, figures, column, family)
   length, dropped, references: float32; following: kind of the character after a phrase, uint8; separator kind, is_break: uint8.
   The three means are put as they are: their logarithms are the caller's. */
static PyObject *form(PyObject *self, PyObject *args) {
    PyObject *given[5];
    Py_ssize_t column, family;
    Py_buffer tally, facts[6], numbers[3];
    Sheet sheet;
    PyObject *answer = NULL;
    if (!PyArg_ParseTuple(args, "OOOOOnn", &given[0], &given[1], &given[2], &given[3], &given[4], &column, &family)) return NULL;
    if (get_buffer(given[0], &tally, 4, 0) < 0) return NULL;
    if (get_buffers(given[1], facts, "441114", 0) < 0) goto release_tally;
    if (get_buffers(given[2], numbers, "888", 0) < 0) goto release_facts;
    Py_ssize_t n = facts[0].len / 4;
    int failed = tally.len != TALLIES * n * 4 || facts[1].len != n * 4 || facts[5].len != n * 4;
    for (int k = 2; k < 5; k++) failed |= facts[k].len != n;
    for (int k = 0; k < 3; k++) failed |= numbers[k].len != n * 8;
    if (failed) {
        PyErr_SetString(PyExc_ValueError, "arrays of one length are asked for");
        goto release_numbers;
    }
    if (open_sheet(given[4], given[3], column, family, 46, n, 18, &sheet) < 0) goto release_numbers;
    const float *length = facts[0].buf, *dropped = facts[1].buf, *references = facts[5].buf;
    const uint8_t *following = facts[2].buf, *between = facts[3].buf, *is_break = facts[4].buf;
    const int64_t *line = numbers[0].buf, *sentence = numbers[1].buf, *group = numbers[2].buf;
#define TALLY(k) ((const float *)tally.buf + (k) * n)
    const float *digit = TALLY(DIGIT), *latin = TALLY(LATIN), *symbols = TALLY(SYMBOL);
    const float *odd = TALLY(KINDS), *separated = TALLY(KINDS + 6), *tags = TALLY(KINDS + 7), *function = TALLY(KINDS + 3), *changes = TALLY(CHANGES);
    float *letters = room(&sheet), *share = room(&sheet), *han = room(&sheet), *other = room(&sheet), *one = room(&sheet), *square = room(&sheet);
    float *stop = room(&sheet), *comma = room(&sheet), *heads = room(&sheet), *disguised = room(&sheet), *mark = room(&sheet);
    for (Py_ssize_t i = 0; i < n; i++) {
        float all = 0, rest = 0;
        for (int k = 0; k < SPACE; k++) {
            all += TALLY(k)[i];
            if (k >= HANGUL) rest += TALLY(k)[i];
        }
        letters[i] = greater(all, 1.0f);
        share[i] = 1.0f / letters[i];
        han[i] = TALLY(HAN)[i] + TALLY(KANA)[i];
        other[i] = rest;
        one[i] = 1;
        square[i] = length[i] * length[i];
        stop[i] = following[i] == STOP;
        comma[i] = following[i] == COMMA;
        heads[i] = !i || line[i] != line[i - 1];
        disguised[i] = odd[i] + separated[i] + dropped[i];
    }
    PUT_LOG(&sheet, length[i]);
    PUT_LOG(&sheet, TALLY(SPACE)[i] + TALLY(NEWLINE)[i]);
    PUT(&sheet, han[i] * share[i]);
    PUT(&sheet, latin[i] * share[i]);
    PUT(&sheet, digit[i] * share[i]);
    PUT(&sheet, other[i] * share[i]);
    PUT(&sheet, lesser(digit[i], greater(latin[i], han[i])) * share[i]);
    PUT(&sheet, symbols[i] * share[i]);
    PUT(&sheet, (TALLY(PUNCTUATION)[i] + TALLY(SEPARATOR)[i]) * share[i]);
    PUT(&sheet, odd[i] * share[i]);
    PUT(&sheet, separated[i] * share[i]);
    PUT(&sheet, lesser(dropped[i] * share[i], 4.0f));
    PUT(&sheet, tags[i] * share[i]);
    PUT(&sheet, function[i] * share[i]);

    const float *of_line = level_room(&sheet, one, line), *line_letters = level_room(&sheet, letters, line);
    const float *row = level_row(&sheet, length, sentence);
    PUT_LOG(&sheet, row[i]);
    row = level_row(&sheet, one, sentence);
    PUT_LOG(&sheet, row[i]);
    PUT(&sheet, stop[i]);
    row = level_row(&sheet, length, line);
    PUT_LOG(&sheet, row[i]);
    PUT_LOG(&sheet, of_line[i]);
    row = level_row(&sheet, length, group);
    PUT_LOG(&sheet, row[i]);
    row = level_row(&sheet, heads, group);
    PUT_LOG(&sheet, row[i]);
    row = level_row(&sheet, stop, line);
    PUT(&sheet, row[i] / of_line[i]);
    row = level_row(&sheet, comma, line);
    PUT(&sheet, row[i] / of_line[i]);

    float *mean[3];
    static const int reach[] = {2, 6, 16};
    for (int w = 0; w < 3; w++) {
        mean[w] = window_room(&sheet, length, reach[w]);
        for (Py_ssize_t i = 0; i < n; i++) mean[w][i] /= members(&sheet, i, reach[w]);
        PUT(&sheet, mean[w][i]);
    }
    for (int w = 1; w < 3; w++) {
        row = window_row(&sheet, square, reach[w]);
        PUT(&sheet, sqrtf(greater(row[i] / members(&sheet, i, reach[w]) - mean[w][i] * mean[w][i], 0.0f)) / mean[w][i]);
    }
    static const int kinds[] = {SEPARATOR, -1, SPACE, COMMA, DASH};
    for (int k = 0; k < 5; k++) {
        FILL(mark, kinds[k] < 0 ? is_break[i] : between[i] == kinds[k]);
        row = window_row(&sheet, mark, 6);
        PUT(&sheet, row[i] / members(&sheet, i, 6));
    }
    for (int w = 1; w < 3; w++) {
        row = window_row(&sheet, stop, reach[w]);
        PUT(&sheet, row[i] / members(&sheet, i, reach[w]));
    }
    const float *letters_6 = window_room(&sheet, letters, 6), *letters_16 = window_room(&sheet, letters, 16);
    row = window_row(&sheet, function, 6);
    PUT(&sheet, row[i] / greater(letters_6[i], 1.0f));
    row = window_row(&sheet, function, 16);
    PUT(&sheet, row[i] / greater(letters_16[i], 1.0f));
    row = level_row(&sheet, function, line);
    PUT(&sheet, row[i] / greater(line_letters[i], 1.0f));
    const float *of_letters[] = {disguised, digit, symbols, han, latin};
    for (int k = 0; k < 5; k++) {
        row = window_row(&sheet, of_letters[k], 6);
        PUT(&sheet, row[i] / greater(letters_6[i], 1.0f));
    }
    PUT(&sheet, changes[i] * share[i]);
    PUT(&sheet, references[i] * share[i]);
    float all_references = sum(references, n), all_letters = sum(letters, n);
    row = window_row(&sheet, references, 16);
    PUT(&sheet, references[i] * share[i] - (all_references - row[i]) / greater(all_letters - letters_16[i], 1.0f));
    answer = close_sheet(&sheet);
release_numbers:
    release_buffers(numbers, 3);
release_facts:
    release_buffers(facts, 6);
release_tally:
    PyBuffer_Release(&tally);
    return answer;
}

/* place((length, start, chunk, line, sentence), (role, visibility, host, link, depth, low), state, roles, (hosts, body end, copyright), logarithms,
   figures, column, family)
   length: float32; start: int32, of each phrase; of chunks: role and visibility uint8, the rest int64. state: class of each visibility.
   roles: TEXT, four that have a column each, and COMMENT; then those that no one reads. The logarithms of the links to a host (which are
   of doubles) are the caller's: the numbers are put in their places. */
static PyObject *place(PyObject *self, PyObject *args) {
    PyObject *given[6], *answer = NULL;
    Py_ssize_t hosts, body_end, copyright, column, family;
    Py_buffer of_phrase[5], of_chunk[6], state, roles;
    Sheet sheet;
    if (!PyArg_ParseTuple(args, "OOOO(nnn)OOnn", &given[0], &given[1], &given[2], &given[3], &hosts, &body_end, &copyright, &given[4], &given[5],
                          &column, &family))
        return NULL;
    if (get_buffers(given[0], of_phrase, "44888", 0) < 0) return NULL;
    if (get_buffers(given[1], of_chunk, "118888", 0) < 0) goto release_phrases;
    if (get_buffer(given[2], &state, 1, 0) < 0) goto release_chunks;
    if (get_buffer(given[3], &roles, 1, 0) < 0) goto release_state;
    Py_ssize_t n = of_phrase[0].len / 4, chunks = of_chunk[0].len;
    const float *length = of_phrase[0].buf;
    const int32_t *start = of_phrase[1].buf;
    const int64_t *chunk = of_phrase[2].buf, *line = of_phrase[3].buf, *sentence = of_phrase[4].buf;
    const uint8_t *role = of_chunk[0].buf, *visibility = of_chunk[1].buf, *states = state.buf, *known = roles.buf;
    const int64_t *host = of_chunk[2].buf, *link = of_chunk[3].buf, *depth = of_chunk[4].buf, *low = of_chunk[5].buf;
    int failed = of_phrase[1].len != n * 4 || of_chunk[1].len != chunks || roles.len < 6 || hosts < 1;
    for (int k = 2; k < 5; k++) failed |= of_phrase[k].len != n * 8;
    for (int k = 2; k < 6; k++) failed |= of_chunk[k].len != chunks * 8;
    for (Py_ssize_t i = 0; i < n && !failed; i++)
        failed = chunk[i] < 0 || chunk[i] >= chunks || host[chunk[i]] >= hosts || visibility[chunk[i]] >= state.len;
    if (failed) {
        PyErr_SetString(PyExc_ValueError, "arrays of one length are asked for");
        goto release_roles;
    }
    if (open_sheet(given[5], given[4], column, family, 32, n, 13, &sheet) < 0) goto release_roles;
    double *per_host = calloc((size_t)hosts, sizeof *per_host);
    int64_t *run = malloc((size_t)(n + 1) * sizeof *run);
    if (!per_host || !run) {
        PyErr_NoMemory();
        goto close;
    }
#define ROLE(i) role[chunk[i]]
#define HOST(i) host[chunk[i]]
#define STATE(i) states[visibility[chunk[i]]]
    float *body = room(&sheet), *body_length = room(&sheet), *before = room(&sheet), *lines_before = room(&sheet), *linked = room(&sheet);
    float *foreign = room(&sheet), *heads = room(&sheet), *hidden = room(&sheet), *in_line = room(&sheet), *one = room(&sheet), *product = room(&sheet);
    float so_far = 0, lines = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        int is_head = !i || line[i] != line[i - 1];
        body[i] = ROLE(i) == known[0];
        body_length[i] = length[i] * body[i];
        so_far += body_length[i];
        before[i] = so_far - body_length[i];
        lines += (float)is_head * body[i];
        lines_before[i] = lines;
        linked[i] = HOST(i) >= 0;
        foreign[i] = HOST(i) > 0;
        heads[i] = HOST(i) >= 0 && (!i || link[chunk[i]] != link[chunk[i - 1]]);
        if (HOST(i) > 0) per_host[HOST(i)] += heads[i];
        hidden[i] = STATE(i) > 0;
        in_line[i] = is_head ? 0 : in_line[i - 1] + 1;
        one[i] = 1;
        run[i] = !i ? 1 : run[i - 1] + (visibility[chunk[i]] != visibility[chunk[i - 1]]);
    }
    double total = sum(body_length, n), all_links = sum(heads, n);
    if (all_links < 1) all_links = 1;
    float whole = (float)total, at_least_one = greater(whole, 1.0f);

    PUT(&sheet, before[i] / at_least_one);
    PUT_LOG(&sheet, before[i]);
    PUT_LOG(&sheet, greater(whole - before[i] - body_length[i], 0.0f));
    PUT_LOG(&sheet, lines_before[i]);
    PUT_LOG(&sheet, lines - lines_before[i]);
    PUT(&sheet, start[i] > copyright);
    PUT(&sheet, body_end >= 0 && start[i] > body_end);
    for (int k = 1; k < 5; k++) PUT(&sheet, ROLE(i) == known[k]);
    PUT(&sheet, memchr(known + 6, ROLE(i), (size_t)roles.len - 6) != NULL);
    PUT(&sheet, ROLE(i) == known[5]);
    PUT(&sheet, linked[i]);
    PUT(&sheet, foreign[i]);
    const float *row = window_row(&sheet, foreign, 6), *of_line = level_room(&sheet, one, line);
    PUT(&sheet, row[i] / members(&sheet, i, 6));
    row = level_row(&sheet, linked, line);
    PUT(&sheet, row[i] / of_line[i]);
    row = window_row(&sheet, linked, 16);
    PUT(&sheet, row[i] / members(&sheet, i, 16));
    FILL(product, 0);
    for (Py_ssize_t i = 0; i < n; i++)
        for (Py_ssize_t other = i - 8 > 0 ? i - 8 : 0; other < i && HOST(i) > 0; other++)
            if (HOST(other) == HOST(i)) product[i]++, product[other]++;
    PUT(&sheet, product[i]);
    PUT(&sheet, HOST(i) > 0 ? (float)(per_host[HOST(i)] / all_links) : 0);
    PUT(&sheet, HOST(i) > 0 ? (float)per_host[HOST(i)] : 0);
    PUT(&sheet, hidden[i]);
    for (int k = 1; k < 4; k++) PUT(&sheet, STATE(i) == k);
    row = window_row(&sheet, hidden, 16);
    PUT(&sheet, row[i] / members(&sheet, i, 16));
    FILL(product, length[i] * hidden[i]);
    row = level_row(&sheet, product, run);
    PUT_LOG(&sheet, row[i]);
    PUT(&sheet, (float)depth[chunk[i]] - (float)low[chunk[i]]);
    PUT_LOG(&sheet, in_line[i]);
    PUT_LOG(&sheet, of_line[i] - 1 - in_line[i]);
    row = level_row(&sheet, foreign, sentence);
    const float *of_sentence = level_room(&sheet, one, sentence);
    PUT(&sheet, row[i] / of_sentence[i]);
    row = level_row(&sheet, foreign, line);
    PUT(&sheet, row[i] / of_line[i]);
close:
    free(per_host);
    free(run);
    answer = close_sheet(&sheet);
release_roles:
    PyBuffer_Release(&roles);
release_state:
    PyBuffer_Release(&state);
release_chunks:
    release_buffers(of_chunk, 6);
release_phrases:
    release_buffers(of_phrase, 5);
    return answer;
}

/* Sum of nine values in the order of numpy, which rounds as the model was fitted. */
static float sum_of_nine(const float *r) { return (((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))) + r[8]; }

enum { COUNT, WEIGHT, IS_FAR, RARE_FAR, IS_NEAR, RARE_NEAR, USUAL, UNSEEN, VERY, IS_VERY_FAR, IN_TITLE, FIGURES };

/* foreignness(tally, figures of terms, repeated, (line, sentence), logarithms, figures, column, family)
   figures of terms: what `elsewhere` gives, FIGURES x phrases float32; repeated: float32, of each phrase */
static PyObject *foreignness(PyObject *self, PyObject *args) {
    PyObject *given[6], *answer = NULL;
    Py_ssize_t column, family;
    Py_buffer tally, terms, repeated, numbers[2];
    Sheet sheet;
    if (!PyArg_ParseTuple(args, "OOOOOOnn", &given[0], &given[1], &given[2], &given[3], &given[4], &given[5], &column, &family)) return NULL;
    if (get_buffer(given[0], &tally, 4, 0) < 0) return NULL;
    if (get_buffer(given[1], &terms, 4, 0) < 0) goto release_tally;
    if (get_buffer(given[2], &repeated, 4, 0) < 0) goto release_terms;
    if (get_buffers(given[3], numbers, "88", 0) < 0) goto release_repeated;
    Py_ssize_t n = repeated.len / 4;
    if (tally.len != TALLIES * n * 4 || terms.len != FIGURES * n * 4 || numbers[0].len != n * 8 || numbers[1].len != n * 8) {
        PyErr_SetString(PyExc_ValueError, "arrays of one length are asked for");
        goto release_numbers;
    }
    if (open_sheet(given[5], given[4], column, family, 28, n, 23, &sheet) < 0) goto release_numbers;
    const float *again = repeated.buf, *around[SPACE];
    const int64_t *line = numbers[0].buf, *sentence = numbers[1].buf;
    float *own = room(&sheet), *near = room(&sheet), *none = room(&sheet), total[SPACE] = {0};
    FILL(none, 0);
    for (int k = 0; k < SPACE; k++) {
        const float *script = k == DIGIT ? none : TALLY(k);
        around[k] = window_room(&sheet, script, 16);
        for (Py_ssize_t i = 0; i < n; i++) total[k] += script[i];
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        float rest[SPACE], of_own[SPACE], of_near[SPACE], all = 0, letters = 0, letters_16 = 0;
        for (int k = 0; k < SPACE; k++) all += rest[k] = greater(total[k] - around[k][i], 0.0f);
        for (int k = 0; k < SPACE; k++) {
            float share = (rest[k] + 1e-3f) / (all + 9e-3f), script = k == DIGIT ? 0 : TALLY(k)[i];
            of_own[k] = script * share;
            of_near[k] = around[k][i] * share;
            letters += script;
            letters_16 += around[k][i];
        }
        own[i] = sum_of_nine(of_own) / greater(letters, 1.0f);
        near[i] = sum_of_nine(of_near) / greater(letters_16, 1.0f);
    }
    PUT(&sheet, own[i]);
    PUT(&sheet, near[i]);
    const float *simplified = TALLY(KINDS + 2), *traditional = TALLY(KINDS + 1), *han = TALLY(HAN);
    const float *simplified_16 = window_room(&sheet, simplified, 16), *traditional_16 = window_room(&sheet, traditional, 16);
    float all_simplified = sum(simplified, n), all_traditional = sum(traditional, n), *rest_simplified = room(&sheet), *rest_traditional = room(&sheet);
    FILL(rest_simplified, all_simplified - simplified_16[i]);
    FILL(rest_traditional, all_traditional - traditional_16[i]);
#define VARIANT(i) (rest_simplified[i] + rest_traditional[i] + 2)
    PUT(&sheet, simplified[i] / greater(han[i], 1.0f) * (rest_traditional[i] / VARIANT(i)));
    PUT(&sheet, traditional[i] / greater(han[i], 1.0f) * (rest_simplified[i] / VARIANT(i)));

#define TERMS(k) ((const float *)terms.buf + (k) * n)
#define OF(value, whole) ((value)[i] / greater((whole)[i], 0.02f))
    const float *count = TERMS(COUNT), *weight = TERMS(WEIGHT), *row;
    const float *count_6 = window_room(&sheet, count, 6), *weight_6 = window_room(&sheet, weight, 6), *count_16 = window_room(&sheet, count, 16);
    const float *count_line = level_room(&sheet, count, line), *weight_line = level_room(&sheet, weight, line);
    const float *count_sentence = level_room(&sheet, count, sentence), *weight_sentence = level_room(&sheet, weight, sentence);
    PUT(&sheet, OF(TERMS(IS_FAR), count));
    PUT(&sheet, OF(TERMS(IS_VERY_FAR), count));
    PUT(&sheet, OF(TERMS(RARE_FAR), weight));
    row = window_row(&sheet, TERMS(IS_FAR), 6);
    PUT(&sheet, OF(row, count_6));
    row = window_row(&sheet, TERMS(RARE_FAR), 6);
    PUT(&sheet, OF(row, weight_6));
    row = level_row(&sheet, TERMS(RARE_FAR), line);
    PUT(&sheet, OF(row, weight_line));
    PUT(&sheet, OF(TERMS(IS_NEAR), count));
    PUT(&sheet, OF(TERMS(RARE_NEAR), weight));
    PUT(&sheet, OF(TERMS(IN_TITLE), count));
    static const int known[] = {USUAL, UNSEEN, VERY};
    for (int k = 0; k < 3; k++) PUT(&sheet, OF(TERMS(known[k]), count));
    for (int k = 0; k < 3; k++) {
        row = window_row(&sheet, TERMS(known[k]), 6);
        PUT(&sheet, OF(row, count_6));
    }
    row = level_row(&sheet, TERMS(VERY), line);
    PUT(&sheet, OF(row, count_line));
    row = window_row(&sheet, TERMS(VERY), 16);
    PUT(&sheet, OF(row, count_16));
    PUT(&sheet, again[i]);
    row = window_row(&sheet, TERMS(RARE_NEAR), 6);
    PUT(&sheet, OF(row, weight_6));
    row = level_row(&sheet, TERMS(RARE_FAR), sentence);
    PUT(&sheet, OF(row, weight_sentence));
    row = level_row(&sheet, TERMS(RARE_NEAR), sentence);
    PUT(&sheet, OF(row, weight_sentence));
    row = level_row(&sheet, TERMS(UNSEEN), sentence);
    PUT(&sheet, OF(row, count_sentence));
    row = level_row(&sheet, TERMS(USUAL), sentence);
    PUT(&sheet, OF(row, count_sentence));
    row = level_row(&sheet, TERMS(UNSEEN), line);
    PUT(&sheet, OF(row, count_line));
    answer = close_sheet(&sheet);
release_numbers:
    release_buffers(numbers, 2);
release_repeated:
    PyBuffer_Release(&repeated);
release_terms:
    PyBuffer_Release(&terms);
release_tally:
    PyBuffer_Release(&tally);
    return answer;
}

static void greatest_of_level(const float *from, const int64_t *number, Py_ssize_t n, float *to) {
    for (Py_ssize_t head = 0, past; head < n; head = past) {
        float best = from[head];
        for (past = head + 1; past < n && number[past] == number[head]; past++) best = greater(from[past], best);
        for (Py_ssize_t i = head; i < past; i++) to[i] = best;
    }
}

/* vocabulary(evidence, bias, (line, sentence, group), logarithms, figures, column, family). evidence: what `evidence` gives, 4 x phrases float32 */
static PyObject *vocabulary(PyObject *self, PyObject *args) {
    PyObject *given[4], *answer = NULL;
    Py_ssize_t column, family;
    double given_bias;
    Py_buffer evidence, numbers[3];
    Sheet sheet;
    if (!PyArg_ParseTuple(args, "OdOOOnn", &given[0], &given_bias, &given[1], &given[2], &given[3], &column, &family)) return NULL;
    if (get_buffer(given[0], &evidence, 4, 0) < 0) return NULL;
    if (get_buffers(given[1], numbers, "888", 0) < 0) goto release_evidence;
    Py_ssize_t n = numbers[0].len / 8;
    if (evidence.len != 4 * n * 4 || numbers[1].len != n * 8 || numbers[2].len != n * 8) {
        PyErr_SetString(PyExc_ValueError, "arrays of one length are asked for");
        goto release_numbers;
    }
    if (open_sheet(given[3], given[2], column, family, 25, n, 19, &sheet) < 0) goto release_numbers;
    const float *total = evidence.buf, *count = total + n, *short_peak = count + n, *long_peak = short_peak + n, bias = (float)given_bias;
    const int64_t *line = numbers[0].buf, *sentence = numbers[1].buf, *group = numbers[2].buf;
    float *own = room(&sheet), *of_sentence = room(&sheet), *rest_of_line = room(&sheet), *suspect = room(&sheet), *mean = room(&sheet), *rest = room(&sheet);
    float *row = room(&sheet);
#define LOGIT(t, m) ((t) / sqrtf(greater(m, 1.0f)) + bias)
    for (Py_ssize_t i = 0; i < n; i++) {
        own[i] = LOGIT(total[i], count[i]);
        suspect[i] = own[i] > 0;
    }
    const float *total_line = level_room(&sheet, total, line), *count_line = level_room(&sheet, count, line);
    const float *total_sentence = level_room(&sheet, total, sentence), *count_sentence = level_room(&sheet, count, sentence);
    const float *total_group = level_room(&sheet, total, group), *count_group = level_room(&sheet, count, group);
    FILL(of_sentence, LOGIT(total_sentence[i], count_sentence[i]));
    FILL(rest_of_line, LOGIT(total_line[i] - total_sentence[i], count_line[i] - count_sentence[i]));
    PUT(&sheet, own[i]);
    PUT(&sheet, of_sentence[i]);
    PUT(&sheet, LOGIT(total_line[i], count_line[i]));
    PUT(&sheet, LOGIT(total_group[i], count_group[i]));
    static const int reach[] = {2, 6, 16};
    const float *totals[3], *counts[3];
    for (int w = 0; w < 3; w++) {
        totals[w] = window_room(&sheet, total, reach[w]);
        counts[w] = window_room(&sheet, count, reach[w]);
        PUT(&sheet, LOGIT(totals[w][i], counts[w][i]));
    }
    float all = sum(total, n), number = sum(count, n);
    for (Py_ssize_t i = 0; i < n; i++) {
        float left = number - counts[2][i];
        mean[i] = totals[1][i] / greater(counts[1][i], 1.0f);
        rest[i] = left > 0 ? (all - totals[2][i]) / greater(left, 1.0f) : 0;
    }
    PUT(&sheet, mean[i]);
    PUT(&sheet, own[i ? i - 1 : 0]);
    PUT(&sheet, own[i < n - 1 ? i + 1 : i]);
    extreme_of(own, n, 6, 1, row);
    PUT(&sheet, row[i]);
    extreme_of(own, n, 2, 0, row);
    PUT(&sheet, row[i]);
    PUT(&sheet, mean[i] - rest[i]);
    PUT_LOG(&sheet, count[i]);
    for (int w = 1; w < 3; w++) {
        window_of(suspect, n, reach[w], sheet.wide, row);
        PUT(&sheet, row[i] / members(&sheet, i, reach[w]));
    }
    PUT(&sheet, short_peak[i] + bias);
    PUT(&sheet, long_peak[i] + bias);
    PUT(&sheet, short_peak[i] + bias - own[i]);
    greatest_of_level(long_peak, line, n, row);
    PUT(&sheet, row[i] + bias);
    PUT(&sheet, long_peak[i ? i - 1 : 0] + bias);
    PUT(&sheet, long_peak[i < n - 1 ? i + 1 : i] + bias);
    greatest_of_level(long_peak, sentence, n, row);
    PUT(&sheet, row[i] + bias);
    PUT(&sheet, rest_of_line[i]);
    PUT(&sheet, of_sentence[i] - rest_of_line[i]);
    answer = close_sheet(&sheet);
release_numbers:
    release_buffers(numbers, 3);
release_evidence:
    PyBuffer_Release(&evidence);
    return answer;
}

PyMethodDef feature_methods[] = {
    {"form", form, METH_VARARGS, NULL},
    {"place", place, METH_VARARGS, NULL},
    {"foreignness", foreignness, METH_VARARGS, NULL},
    {"vocabulary", vocabulary, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
