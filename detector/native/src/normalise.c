/* A page's chunks to folded characters: the twin of `_fold` in detector/segmentation/normalise.py, where what is done is explained. */
#include "common.h"
#include "kinds.h"

enum { LIMIT = 0x20000, ODD = 1, TAG = 128, WIDEST = 6 };

typedef struct {
    Code *code;
    uint8_t *kind, *flags;
    int32_t *start, *end, *chunk, *dropped;
    Py_ssize_t length;
} Text;

static int is_digit(Code c) { return c >= '0' && c <= '9'; }
static int is_hex(Code c) { return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f'); }

/* How long the character reference is that begins at an ampersand, 0 where none does: `_REFERENCE`. */
static Py_ssize_t reference(const Code *at, Py_ssize_t size) {
    Py_ssize_t n = 1;
    if (size < 3) return 0;
    if (at[1] == '#') {
        int is_hexadecimal = (at[2] | 32) == 'x';
        Py_ssize_t from = n = is_hexadecimal ? 3 : 2, most = from + (is_hexadecimal ? 8 : 9);
        while (n < size && n < most && (is_hexadecimal ? is_hex(at[n]) : is_digit(at[n]))) n++;
        if (n == from) return 0;
    } else if (is_letter(at[1])) {
        for (n = 2; n < size && n < 33 && (is_letter(at[n]) || is_digit(at[n]));) n++;
        if (n == 2) return 0;
    } else if (is_digit(at[1])) {
        if (size < 8 || at[2] != 'x' || at[7] != ';') return 0;
        for (n = 3; n < 7; n++)
            if (!is_hex(at[n])) return 0;
        return 8;
    } else {
        return 0;
    }
    return n < size && at[n] == ';' ? n + 1 : n;
}

/* What a reference says, by the caller's function: 1 and *code and *length, 0 where it says nothing, -1 with an error. */
static int resolved(PyObject *resolve, const Code *at, Py_ssize_t written, Code *code, Py_ssize_t *length) {
    PyObject *text = string_of(at, written), *found = text ? PyObject_CallFunctionObjArgs(resolve, text, NULL) : NULL;
    int answer = -1;
    if (found == Py_None) {
        answer = 0;
    } else if (found) {
        unsigned int value;
        if (PyArg_ParseTuple(found, "In", &value, length)) *code = value, answer = 1;
    }
    Py_XDECREF(text);
    Py_XDECREF(found);
    return answer;
}

/* In a word that mixes Latin with Cyrillic or Greek, fold the letters that pass for Latin ones: `_fold_passing_letters`. */
static void fold_passing_letters(Text *text, const Code *passing, Py_ssize_t passing_size) {
    for (Py_ssize_t at = 0, past; at < text->length; at = past + 1) {
        int latin = 0, foreign = 0;
        for (past = at; past < text->length; past++) {
            uint8_t kind = text->kind[past];
            Code code = text->code[past];
            if (kind == LATIN) latin = 1;
            else if (kind == CYRILLIC || (kind == OTHER_LETTER && code >= 0x370 && code < 0x400)) foreign = 1;
            else break;
        }
        if (!latin || !foreign) continue;
        for (; at < past; at++) {
            if (text->kind[at] == LATIN || text->code[at] >= (Code)passing_size || !passing[text->code[at]]) continue;
            text->code[at] = passing[text->code[at]];
            text->kind[at] = LATIN;
            text->flags[at] |= ODD;
        }
    }
}

/* Whether three gaps in a row between letters hold the same separator alone: only then does `_interleaved` find anything. */
static int is_interleaved(const Text *text) {
    Py_ssize_t previous = -1, gap_before = 1; /* the gap before the last letter; the first letter of a text is no word's second */
    Code separator = 0;
    int alike = 0, pending = 0; /* gaps alike up to the last but one; whether the last was uniform, if the next is one at all */
    for (Py_ssize_t at = 0; at < text->length; at++) {
        if (text->kind[at] >= SPACE) continue;
        if (previous >= 0) {
            Py_ssize_t gap = at - previous - 1;
            if (gap == 0) {
                alike = pending = 0;
            } else {
                Code first = text->code[previous + 1];
                if (pending && alike >= 3) return 1;
                int uniform = gap <= WIDEST && gap_before > 0 && first == text->code[at - 1] && text->chunk[previous] == text->chunk[at];
                alike = !uniform ? 0 : pending && first == separator ? alike + 1 : 1;
                pending = uniform;
                separator = first;
            }
            gap_before = gap;
        }
        previous = at;
    }
    return pending && alike >= 3;
}

/* normalise(codes, (start, end), inner, is_html, resolve, (fold, kind, flags, passing), out) -> (length, whether letters are interleaved).
   start, end: of chunks. inner: None, or (number of the first character of each chunk, -1 for chunks that say what the source says; codes, start,
   end of these characters; how many each chunk has). out: the arrays of a `Text`, as long as all chunks. */
static PyObject *normalise(PyObject *self, PyObject *args) {
    PyObject *codes, *spans, *inner, *resolve, *tables, *out, *answer = NULL;
    int is_html;
    Py_buffer source, chunks[2], own[5], table[4], result[7];
    if (!PyArg_ParseTuple(args, "OOOpOOO", &codes, &spans, &inner, &is_html, &resolve, &tables, &out)) return NULL;
    if (get_buffer(codes, &source, 4, 0) < 0) return NULL;
    if (get_buffers(spans, chunks, "88", 0) < 0) goto release_source;
    if (inner != Py_None && get_buffers(inner, own, "84888", 0) < 0) goto release_spans;
    if (get_buffers(tables, table, "4114", 0) < 0) goto release_inner;
    if (get_buffers(out, result, "4114444", 1) < 0) goto release_tables;

    const Code *text = source.buf, *fold = table[0].buf, *inner_code = inner == Py_None ? NULL : own[1].buf;
    const int64_t *start = chunks[0].buf, *end = chunks[1].buf;
    const int64_t *inner_first = inner == Py_None ? NULL : own[0].buf, *inner_count = inner == Py_None ? NULL : own[4].buf;
    const int64_t *inner_start = inner == Py_None ? NULL : own[2].buf, *inner_end = inner == Py_None ? NULL : own[3].buf;
    const uint8_t *kinds = table[1].buf, *flags = table[2].buf;
    Py_ssize_t size = source.len / 4, count = chunks[0].len / 8, room = result[0].len / 4, total = 0;
    int failed = chunks[1].len != chunks[0].len || table[0].len != LIMIT * 4 || table[1].len != LIMIT || table[2].len != LIMIT;
    for (int i = 1; i < 7 && !failed; i++) failed = result[i].len / (i < 3 ? 1 : 4) != room;
    if (inner_first) failed |= own[0].len != chunks[0].len || own[4].len != chunks[0].len || own[2].len != own[3].len || own[1].len * 2 != own[2].len;
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        int64_t length = end[i] - start[i];
        failed = start[i] < 0 || length < 0 || end[i] > size;
        if (inner_first && inner_first[i] >= 0) {
            length = inner_count[i];
            failed |= length < 0 || inner_first[i] + length > own[1].len / 4;
        }
        total += length;
    }
    if (failed || total != room) {
        PyErr_SetString(PyExc_ValueError, "chunks, tables or out have another shape than asked for");
        goto release_out;
    }

    Text to = {result[0].buf, result[1].buf, result[2].buf, result[3].buf, result[4].buf, result[5].buf, result[6].buf, 0};
    Py_ssize_t number = 0, skip = 0; /* characters of all chunks so far; those below `skip` belong to a reference before them */
    int32_t dropped = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        int is_inner = inner_first && inner_first[i] >= 0;
        Py_ssize_t length = (Py_ssize_t)(is_inner ? inner_count[i] : end[i] - start[i]), from = (Py_ssize_t)(is_inner ? inner_first[i] : start[i]);
        for (Py_ssize_t k = from; k < from + length; k++, number++) {
            Code raw = is_inner ? inner_code[k] : text[k];
            Py_ssize_t begin = is_inner ? (Py_ssize_t)inner_start[k] : k, past = is_inner ? (Py_ssize_t)inner_end[k] : k + 1, whole = 1;
            if (raw == '&' && is_html && begin >= 0 && begin < size && text[begin] == '&') {
                Py_ssize_t written = reference(text + begin, size - begin);
                int found = written ? resolved(resolve, text + begin, written, &raw, &whole) : 0;
                if (found < 0) goto release_out;
                if (found) {
                    if (whole > total - number) whole = total - number;
                    past = begin + whole;
                }
            }
            int is_told = number >= skip;
            if (number + whole > skip) skip = number + whole;
            if (!is_told) continue;
            uint8_t kind, flag = 0;
            Code code = raw;
            if (raw < LIMIT) {
                code = fold[raw], kind = kinds[raw], flag = flags[raw];
            } else if (raw >= 0xE0020 && raw <= 0xE007E) { /* tag characters */
                code = fold[raw - 0xE0000], kind = kinds[raw - 0xE0000], flag = ODD | TAG;
            } else {
                kind = raw < 0x40000 ? HAN : raw >= 0xE0000 ? INVISIBLE : SYMBOL;
            }
            if (kind == INVISIBLE) {
                dropped++;
                continue;
            }
            Py_ssize_t at = to.length++;
            to.code[at] = code;
            to.kind[at] = kind == NEWLINE && !is_html ? SPACE : kind; /* lines of plain text are chunks already */
            to.flags[at] = flag;
            to.start[at] = (int32_t)begin;
            to.end[at] = (int32_t)past;
            to.chunk[at] = (int32_t)i;
            to.dropped[at] = dropped;
        }
    }
    fold_passing_letters(&to, table[3].buf, table[3].len / 4);
    answer = Py_BuildValue("nO", to.length, is_interleaved(&to) ? Py_True : Py_False);

release_out:
    release_buffers(result, 7);
release_tables:
    release_buffers(table, 4);
release_inner:
    if (inner != Py_None) release_buffers(own, 5);
release_spans:
    release_buffers(chunks, 2);
release_source:
    PyBuffer_Release(&source);
    return answer;
}

PyMethodDef normalise_methods[] = {
    {"normalise", normalise, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
