/* HTML to elements and chunks: the twin of `_scan` in detector/page/markup.py, where what is done is explained. */
#include "common.h"

#include <stdlib.h>

enum { INLINE, ANCHOR, ITEM, LINE };
enum { TEXT, TITLE, META, ALT, TITLE_ATTRIBUTE, LABEL, DATA, COMMENT };
enum { LOOK_BACK = 24, SHORTEST_SCRIPT = 12, LONGEST_NAME = 23, SLOTS = 1024, MOST_NAMES = 400, MOST_ATTRIBUTES = 48 };

/* Facts of a name, set once by `set_names`. */
enum { VOID = 1, RAW = 2, INLINE_END = 4, BLOCK = 8 };
typedef struct {
    char text[LONGEST_NAME + 1];
    int length;
    uint8_t step, flags;
    int8_t implied;            /* which rule of implied ends an opening tag of this name follows, -1 for none */
    uint16_t closes, stops;    /* rules that this name is closed by, and that it stops */
} Name;

static Name names[MOST_NAMES]; /* 0: the document */
static PyObject *name_objects[MOST_NAMES];
static int name_count = 0;
static uint16_t slots[SLOTS];
static int P, A, TITLE_NAME, SVG, BODY, HTML, SCRIPT_NAME, STYLE, META_NAME;

static unsigned hash_name(const char *text, int length) {
    unsigned h = 2166136261u;
    for (int i = 0; i < length; i++) h = (h ^ (unsigned char)text[i]) * 16777619u;
    return (h ^ (h >> 15)) & (SLOTS - 1);
}

static int find_name(const char *text, int length) {
    for (unsigned at = hash_name(text, length);; at = (at + 1) & (SLOTS - 1)) {
        int found = slots[at];
        if (!found) return 0;
        if (names[found].length == length && !memcmp(names[found].text, text, (size_t)length)) return found;
    }
}

/* set_names(rows): rows of (name, step, flags, implied, closes, stops) */
static PyObject *set_names(PyObject *self, PyObject *rows) {
    Py_ssize_t count = PyList_Size(rows);
    if (count < 0) return NULL;
    if (count + 1 > MOST_NAMES) return PyErr_Format(PyExc_ValueError, "more than %d names", MOST_NAMES - 1);
    memset(slots, 0, sizeof slots);
    name_count = 1;
    names[0].implied = -1;
    if (!name_objects[0]) name_objects[0] = PyUnicode_InternFromString("");
    for (Py_ssize_t i = 0; i < count; i++) {
        const char *text;
        int step, flags, implied, closes, stops;
        if (!PyArg_ParseTuple(PyList_GetItem(rows, i), "siiiii", &text, &step, &flags, &implied, &closes, &stops)) return NULL;
        Name *name = &names[name_count];
        name->length = (int)strlen(text);
        if (name->length > LONGEST_NAME) return PyErr_Format(PyExc_ValueError, "%s is too long a name", text);
        strcpy(name->text, text);
        name->step = (uint8_t)step;
        name->flags = (uint8_t)flags;
        name->implied = (int8_t)implied;
        name->closes = (uint16_t)closes;
        name->stops = (uint16_t)stops;
        Py_XDECREF(name_objects[name_count]);
        if (!(name_objects[name_count] = PyUnicode_InternFromString(text))) return NULL;
        unsigned at = hash_name(text, name->length);
        while (slots[at]) at = (at + 1) & (SLOTS - 1);
        slots[at] = (uint16_t)name_count++;
    }
    P = find_name("p", 1), A = find_name("a", 1), TITLE_NAME = find_name("title", 5), SVG = find_name("svg", 3), BODY = find_name("body", 4);
    HTML = find_name("html", 4), SCRIPT_NAME = find_name("script", 6), STYLE = find_name("style", 5), META_NAME = find_name("meta", 4);
    Py_RETURN_NONE;
}

/* One page. Lists of the elements, lists of the chunks, and the stack. */
typedef struct {
    const Code *source;
    Py_ssize_t size;
    PyObject *in_attributes, *in_script;                           /* called where attributes or scripts hold what is read in Python */
    PyObject *is_prose;                                            /* called with values of attributes that no one reads */
    PyObject *unknown;                                             /* name -> number, of names that HTML does not know */
    Places name, element_start, attributes, open_end, parent, element_end, link, host_start, host_end;
    Ints start, end, role, element, depth, ancestor, low_depth, strength_before;
    Ints styles, scripts;
    Ints stack, open, open_count;                                  /* elements; their names; how many of each name are open */
    PyObject *objects;                                             /* names by number, those unknown */
    Py_ssize_t low;
    int strength;
    int64_t body_end;
} Page;

static int chunk(Page *p, Py_ssize_t start, Py_ssize_t end, int role) {
    Py_ssize_t depth = p->stack.length;
    if (ints_push(&p->start, start) < 0 || ints_push(&p->end, end) < 0 || ints_push(&p->role, role) < 0 ||
        ints_push(&p->element, p->stack.data[depth - 1]) < 0 || ints_push(&p->depth, depth) < 0 ||
        ints_push(&p->ancestor, p->stack.data[p->low - 1]) < 0 || ints_push(&p->low_depth, p->low) < 0 ||
        ints_push(&p->strength_before, p->strength) < 0)
        return -1;
    p->low = depth;
    p->strength = INLINE;
    return 0;
}

static int apart(Page *p, Py_ssize_t start, Py_ssize_t end, int role) {
    p->strength = LINE;
    if (chunk(p, start, end, role) < 0) return -1;
    p->strength = LINE;
    return 0;
}

static int is_blank(const Page *p, Py_ssize_t start, Py_ssize_t end) {
    for (; start < end; start++)
        if (!is_space(p->source[start])) return 0;
    return 1;
}

static int starts(const Code *text, const Code *end, const char *word) { /* as `same`, of its beginning */
    for (; *word; word++, text++)
        if (text >= end || lower(*text) != (Code)(unsigned char)*word) return 0;
    return 1;
}

static int may_have_text(const Code *at, const Code *end) { /* _has_text */
    static const char *const words[] = {"title", "alt", "label", "placeholder", "data-", "summary", "srcdoc"};
    enum { WORDS = sizeof words / sizeof *words };
    /* which words have a letter as their first, and as their second: few places pass both */
    static const uint8_t first[32] = {['t' - 96] = 1, ['a' - 96] = 2, ['l' - 96] = 4, ['p' - 96] = 8, ['d' - 96] = 16, ['s' - 96] = 96};
    static const uint8_t second[32] = {['i' - 96] = 1, ['l' - 96] = 10, ['a' - 96] = 20, ['u' - 96] = 32, ['r' - 96] = 64};
    for (; at + 1 < end; at++) {
        if (!(first[at[0] & 31] & second[at[1] & 31])) continue; /* the letters of either case, and signs that share their last bits */
        for (int i = 0; i < WORDS; i++)
            if (starts(at, end, words[i])) return 1;
    }
    return 0;
}

static int is_prose_of_ascii(const Code *at, const Code *end) {
    static const char *const no_prose[] = {"{", "[", "(", "http", "/", "./", "../", "#", "M"};
    const Code *from = at, *to = end;
    int letters = 0, space = 0;
    while (from < end && is_space(*from)) from++;
    while (to > from && is_space(to[-1])) to--;
    for (const Code *c = at; c < end; c++) {
        if (*c == ';') return 0;
        letters |= is_letter(*c) && c + 1 < end && is_letter(c[1]);
        space |= *c == ' ' && c > from && c < to;
        if (c - at < 10 && end - c > 2 && c[0] == ':' && c[1] == '/' && c[2] == '/') return 0;
    }
    for (size_t i = 0; i < sizeof no_prose / sizeof *no_prose; i++) {
        const char *word = no_prose[i];
        const Code *c = from;
        while (*word && c < end && *c == (Code)(unsigned char)*word) c++, word++;
        if (!*word) return 0;
    }
    return letters && space;
}

/* `_is_prose`, asked in Python where a value is not of ASCII. -1 with an exception. */
static int is_prose(const Page *p, const Code *at, const Code *end) {
    int ascii = 1;
    for (const Code *c = at; c < end && ascii; c++) ascii = *c < 128;
    if (end - at < 4) return 0;
    if (ascii) return is_prose_of_ascii(at, end);
    PyObject *value = string_of(at, end - at);
    PyObject *answer = value ? PyObject_CallFunctionObjArgs(p->is_prose, value, NULL) : NULL;
    int yes = answer ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(value);
    Py_XDECREF(answer);
    return yes;
}

static int ends(const Code *text, Py_ssize_t length, const char *word) {
    Py_ssize_t size = (Py_ssize_t)strlen(word);
    return length >= size && same(text + length - size, size, word);
}

/* Chunks of what Python found in attributes or a script: rows of (start, end, role, strength before). Takes the reference. */
static int held_chunks(Page *p, PyObject *rows) {
    if (!rows) return -1;
    Py_ssize_t count = PyList_Size(rows);
    int failed = count < 0;
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        Py_ssize_t start, end;
        int role, strength;
        failed = !PyArg_ParseTuple(PyList_GetItem(rows, i), "nnii", &start, &end, &role, &strength);
        if (failed) break;
        p->strength = strength;
        failed = chunk(p, start, end, role) < 0;
        p->strength = LINE;
    }
    Py_DECREF(rows);
    return failed ? -1 : 0;
}

static int texts_by_python(Page *p, int64_t index) {
    return held_chunks(p, PyObject_CallFunction(p->in_attributes, "innn", (int)(p->name.data[index] == META_NAME), (Py_ssize_t)p->attributes.data[index],
                                                (Py_ssize_t)p->open_end.data[index], p->start.length));
}

static int attribute_role(const Code *name, Py_ssize_t length) {
    switch (length) {
        case 3: return same(name, 3, "alt") ? ALT : -1;
        case 5: if (same(name, 5, "title")) return TITLE_ATTRIBUTE; if (same(name, 5, "label")) return LABEL; break;
        case 7: if (same(name, 7, "summary")) return LABEL; break;
        case 10: if (same(name, 10, "aria-label")) return LABEL; break;
        case 11: if (same(name, 11, "placeholder")) return LABEL; break;
        default: break;
    }
    return length >= 5 && same(name, 5, "data-") ? DATA : -1;
}

static int holds_markup(const Code *at, const Code *end) {
    for (; at < end; at++)
        if (*at == '<' || (*at == '&' && end - at >= 4 && at[1] == 'l' && at[2] == 't' && at[3] == ';')) return 1;
    return 0;
}

static int attribute_chunks(Page *p, int64_t index) {
    const Code *s = p->source;
    Py_ssize_t start = p->attributes.data[index], end = p->open_end.data[index] - 1, next = start;
    if (end < start) end = start;
    Attribute found, kept[MOST_ATTRIBUTES];
    int8_t roles[MOST_ATTRIBUTES];
    int count = 0;
    int is_meta = p->name.data[index] == META_NAME;
    Attribute label = {0}, content = {0}, property = {0}, itemprop = {0};
    while (next_attribute(s, next, end, &found, &next)) {
        const Code *name = s + found.name;
        Py_ssize_t length = found.name_end - found.name;
        for (Py_ssize_t i = 0; i < length; i++)
            if (name[i] >= 128) return texts_by_python(p, index);
        if (is_meta) {
            if (!label.name_end && same(name, length, "name")) label = found;
            if (!property.name_end && same(name, length, "property")) property = found;
            if (!itemprop.name_end && same(name, length, "itemprop")) itemprop = found;
            if (!content.name_end && same(name, length, "content")) content = found;
            continue;
        }
        if (same(name, length, "srcdoc")) return texts_by_python(p, index);
        int role = attribute_role(name, length);
        if (role < 0) continue;
        if (role == DATA && holds_markup(s + found.value, s + found.value_end)) return texts_by_python(p, index);
        int known = 0;
        for (int i = 0; i < count && !known; i++) {
            known = kept[i].name_end - kept[i].name == length;
            for (Py_ssize_t k = 0; known && k < length; k++) known = lower(s[kept[i].name + k]) == lower(name[k]);
        }
        if (known) continue;
        if (count == MOST_ATTRIBUTES) return texts_by_python(p, index);
        roles[count] = (int8_t)role;
        kept[count++] = found;
    }
    if (is_meta) {
        if (!label.name_end) label = property;
        if (!label.name_end) label = itemprop;
        const Code *value = s + label.value;
        Py_ssize_t length = label.value_end - label.value;
        for (Py_ssize_t i = 0; i < length; i++)
            if (value[i] >= 128) return texts_by_python(p, index);
        static const char *const endings[] = {"description", "keywords", "title", "abstract", "subject", "site_name", "author", "copyright", "image:alt"};
        for (size_t i = 0; content.value_end > content.value && i < sizeof endings / sizeof *endings; i++)
            if (ends(value, length, endings[i])) return apart(p, content.value, content.value_end, META);
        return 0;
    }
    int reads[MOST_ATTRIBUTES];
    for (int i = 0; i < count; i++) {
        reads[i] = kept[i].value_end > kept[i].value && (roles[i] == ALT || roles[i] == TITLE_ATTRIBUTE ? 1 : is_prose(p, s + kept[i].value, s + kept[i].value_end));
        if (reads[i] < 0) return -1;
    }
    for (int i = 0; i < count; i++)
        if (reads[i] && apart(p, kept[i].value, kept[i].value_end, roles[i]) < 0) return -1;
    return 0;
}

/* The host that a link goes to: the twin of _HOST. Sets nothing where there is none. */
static void find_host(const Page *p, Py_ssize_t start, Py_ssize_t stop, int64_t *host_start, int64_t *host_end) {
    const Code *s = p->source, *end = s + stop;
    for (const Code *at = s + start; at + 4 < end; at++) {
        if (lower(*at) != 'h' || !starts(at, end, "href")) continue;
        const Code *c = at + 4;
        while (c < end && is_space(*c)) c++;
        if (c >= end || *c != '=') continue;
        c++;
        while (c < end && is_space(*c)) c++;
        if (c < end && (*c == '"' || *c == '\'')) c++;
        while (c < end && is_space(*c)) c++;
        if (starts(c, end, "http")) {
            c += 4;
            if (c < end && (lower(*c) == 's' || *c == 0x17F)) c++;
            if (c >= end || *c != ':') continue;
            c++;
        }
        if (end - c < 2 || c[0] != '/' || c[1] != '/') continue;
        c += 2;
        const Code *user = c;
        while (user < end && *user != '/' && *user != '@' && *user != '"' && *user != '\'' && *user != '>' && !is_space(*user)) user++;
        const Code *tries[2] = {user < end && *user == '@' ? user + 1 : c, c};
        for (int i = 0; i < 2; i++) {
            const Code *h = tries[i];
            while (h < end && *h != '/' && *h != ':' && *h != '"' && *h != '\'' && *h != '>' && *h != '?' && *h != '#' && !is_space(*h)) h++;
            if (h > tries[i]) {
                *host_start = tries[i] - s;
                *host_end = h - s;
                return;
            }
        }
    }
}

static void pop_to(Page *p, Py_ssize_t depth) {
    for (Py_ssize_t i = depth; i < p->open.length; i++) p->open_count.data[p->open.data[i]]--;
    p->open.length = p->stack.length = depth;
    if (depth < p->low) p->low = depth;
}

static void end_from(Page *p, Py_ssize_t depth, Py_ssize_t at) {
    for (Py_ssize_t i = depth; i < p->stack.length; i++) p->element_end.data[p->stack.data[i]] = at;
}

/* The number of a name as written; its facts are those of names[0] where HTML does not know it. */
static int64_t number_of(Page *p, Py_ssize_t from, Py_ssize_t to) {
    Py_ssize_t length = to - from;
    if (length <= LONGEST_NAME) {
        char text[LONGEST_NAME + 1];
        Py_ssize_t i = 0;
        for (; i < length && p->source[from + i] < 128; i++) text[i] = (char)lower(p->source[from + i]);
        if (i == length) {
            int found = find_name(text, (int)length);
            if (found) return found;
        }
    }
    PyObject *written = string_of(p->source + from, length);
    PyObject *name = written ? PyObject_CallMethod(written, "lower", NULL) : NULL;
    Py_XDECREF(written);
    if (!name) return -1;
    PyObject *known = PyDict_GetItemWithError(p->unknown, name);
    int64_t number = -1;
    if (known) {
        number = PyLong_AsLongLong(known);
    } else if (!PyErr_Occurred()) {
        number = name_count + PyList_Size(p->objects);
        PyObject *value = PyLong_FromLongLong(number);
        if (!value || PyDict_SetItem(p->unknown, name, value) < 0 || PyList_Append(p->objects, name) < 0 || ints_push(&p->open_count, 0) < 0) number = -1;
        Py_XDECREF(value);
    }
    Py_DECREF(name);
    return number;
}

static int comment_chunks(Page *p, Py_ssize_t start, Py_ssize_t end) {
    const Code *s = p->source;
    Py_ssize_t last = start, at = start;
    while (at < end) {
        if (s[at] != '<') {
            at++;
            continue;
        }
        Py_ssize_t c = at + 1;
        if (c < end && s[c] == '/') c++;
        if (c >= end || !is_letter(s[c])) {
            at++;
            continue;
        }
        for (c++; c < end && s[c] != '<' && s[c] != '>'; c++) {}
        if (c < end && s[c] == '>') {
            if (at > last && !is_blank(p, last, at) && apart(p, last, at, COMMENT) < 0) return -1;
            last = at = c + 1;
        } else {
            at = c;
        }
    }
    return end > last && !is_blank(p, last, end) ? apart(p, last, end, COMMENT) : 0;
}

/* Opens an element. Sets `raw` to its name where raw text follows. */
static int open_element(Page *p, int64_t number, const Name *name, Py_ssize_t at, Py_ssize_t attributes, Py_ssize_t last, int64_t *raw) {
    int64_t *open = p->open.data;
    if (name->implied >= 0) {
        Py_ssize_t depth = p->open.length - 1, floor = depth - LOOK_BACK > 0 ? depth - LOOK_BACK : 0;
        int bit = 1 << name->implied;
#define FACTS(i) (open[i] < name_count ? &names[open[i]] : &names[0])
        while (depth > floor && !(FACTS(depth)->closes & bit) && !(FACTS(depth)->stops & bit)) depth--;
        if (depth > floor && FACTS(depth)->closes & bit) {
            end_from(p, depth, at);
            pop_to(p, depth);
        }
    } else if (open[p->open.length - 1] == P && name->flags & BLOCK) {
        p->element_end.data[p->stack.data[p->stack.length - 1]] = at;
        pop_to(p, p->stack.length - 1);
    }
    int64_t index = p->name.length, parent = p->stack.data[p->stack.length - 1], host_start = -1, host_end = -1;
    if (number == A) find_host(p, attributes, last, &host_start, &host_end);
    if (places_push(&p->name, number) < 0 || places_push(&p->element_start, at) < 0 || places_push(&p->attributes, attributes) < 0 ||
        places_push(&p->open_end, last) < 0 || places_push(&p->parent, parent) < 0 || places_push(&p->element_end, name->flags & VOID ? last : -1) < 0 ||
        places_push(&p->link, number == A ? index : p->link.data[parent]) < 0 || places_push(&p->host_start, host_start) < 0 ||
        places_push(&p->host_end, host_end) < 0 || ints_push(&p->stack, index) < 0)
        return -1;
    int has_text = last - attributes > 6 && (number == META_NAME || may_have_text(p->source + attributes, p->source + last));
    if (name->flags & VOID) {
        if (has_text && attribute_chunks(p, index) < 0) return -1;
        p->stack.length--;
        if (has_text && p->stack.length < p->low) p->low = p->stack.length;
        return 0;
    }
    if (ints_push(&p->open, number) < 0) return -1;
    p->open_count.data[number]++;
    if (has_text && attribute_chunks(p, index) < 0) return -1;
    if (name->flags & RAW) *raw = number;
    return 0;
}

static void close_element(Page *p, int64_t number, const Name *name, Py_ssize_t at, Py_ssize_t last) {
    const int64_t *open = p->open.data;
    Py_ssize_t depth = p->open.length - 1;
    if (open[depth] == number) {
        p->element_end.data[p->stack.data[depth]] = last;
        pop_to(p, depth);
    } else if (p->open_count.data[number]) {
        if (name->flags & INLINE_END) {
            Py_ssize_t floor = depth - LOOK_BACK > 0 ? depth - LOOK_BACK : 0;
            while (depth > floor && open[depth] != number && FACTS(depth)->flags & INLINE_END) depth--;
            if (open[depth] != number) return;
        } else {
            while (open[depth] != number) depth--;
        }
        end_from(p, depth, at);
        p->element_end.data[p->stack.data[depth]] = last;
        pop_to(p, depth);
    }
    if (p->body_end < 0 && (number == BODY || number == HTML)) p->body_end = at;
}

static Py_ssize_t end_of_tag(const Page *p, Py_ssize_t at) { /* past the > of a tag, those in quoted values apart */
    const Code *s = p->source;
    while (at < p->size) {
        Code c = s[at++];
        if (c == '>') return at;
        if (c != '=') continue;
        while (at < p->size && is_space(s[at])) at++;
        if (at < p->size && (s[at] == '"' || s[at] == '\'')) {
            Code quote = s[at++];
            at = find_code(s + at, s + p->size, quote) - s;
            if (at < p->size) at++;
        }
    }
    return p->size;
}

static Py_ssize_t end_of_raw(const Page *p, Py_ssize_t at, const Name *name) { /* where </name stands, the size where it does not */
    const Code *s = p->source, *end = s + p->size;
    for (; (at = find_code(s + at, end, '<') - s) + 1 < p->size; at++) {
        if (s[at + 1] != '/' || !starts(s + at + 2, end, name->text)) continue;
        Py_ssize_t past = at + 2 + name->length;
        if (past < p->size && (is_space(s[past]) || s[past] == '/' || s[past] == '>')) return at;
    }
    return p->size;
}

static int scan_page(Page *p) {
    const Code *s = p->source;
    Py_ssize_t size = p->size, last = 0, position = 0;
    while (position < size) {
        Py_ssize_t at = position;
        at = find_code(s + at, s + size, '<') - s;
        if (at + 1 >= size) break;
        int slash = s[at + 1] == '/';
        Py_ssize_t name_start = at + 1 + slash;
        int is_tag = name_start < size && is_letter(s[name_start]);
        if (!is_tag && !slash && s[at + 1] != '!' && s[at + 1] != '?') {
            position = at + 1;
            continue;
        }
        if (at > last && !is_blank(p, last, at) && chunk(p, last, at, TEXT) < 0) return -1;
        if (!is_tag) {
            if (size - at >= 4 && s[at + 1] == '!' && s[at + 2] == '-' && s[at + 3] == '-') {
                last = at + 4;
                /* <!--> and <!---> are whole comments */
                int empty = last < size && (s[last] == '>' || (s[last] == '-' && last + 1 < size && s[last + 1] == '>'));
                Py_ssize_t close = empty ? last - 2 : last;
                position = 0;
                for (; (close = find_code(s + close, s + size, '-') - s) + 2 < size; close++) {
                    if (s[close + 1] != '-') continue;
                    Py_ssize_t past = close + 2 + (s[close + 2] == '!');
                    if (past < size && s[past] == '>') {
                        position = past + 1;
                        break;
                    }
                }
                if (!position) close = position = size;
                if (close > last + 3 && comment_chunks(p, last, close) < 0) return -1;
            } else {
                position = at + 2;
                position = find_code(s + position, s + size, '>') - s;
                if (position < size) position++;
            }
            last = position;
            continue;
        }
        Py_ssize_t name_end = name_start + 1;
        while (name_end < size && !is_space(s[name_end]) && s[name_end] != '/' && s[name_end] != '>') name_end++;
        last = position = end_of_tag(p, name_end);
        int64_t number = number_of(p, name_start, name_end), raw = 0;
        if (number < 0) return -1;
        const Name *name = number < name_count ? &names[number] : &names[0];
        if (name->step > p->strength) p->strength = name->step;
        if (slash) {
            close_element(p, number, name, at, last);
            continue;
        }
        if (open_element(p, number, name, at, name_end, last, &raw) < 0) return -1;
        if (!raw) continue;
        Py_ssize_t close = end_of_raw(p, last, name);
        if (number == SCRIPT_NAME) {
            if (ints_push(&p->scripts, last) < 0 || ints_push(&p->scripts, close) < 0 || ints_push(&p->scripts, p->name.length - 1) < 0) return -1;
            if (close - last > SHORTEST_SCRIPT) {
                if (held_chunks(p, PyObject_CallFunction(p->in_script, "nnnn", name_end, last, close, p->start.length)) < 0) return -1;
                p->strength = LINE;
            }
        } else if (number == STYLE) {
            if (ints_push(&p->styles, last) < 0 || ints_push(&p->styles, close) < 0) return -1;
        } else if (close > last && !is_blank(p, last, close)) {
            if (chunk(p, last, close, number == TITLE_NAME && !p->open_count.data[SVG] ? TITLE : TEXT) < 0) return -1;
        }
        last = position = close;
    }
    if (size > last && !is_blank(p, last, size) && chunk(p, last, size, TEXT) < 0) return -1;
    end_from(p, 0, size);
    return 0;
}

static PyObject *names_as_list(const Page *p) {
    PyObject *list = PyList_New(p->name.length);
    for (Py_ssize_t i = 0; list && i < p->name.length; i++) {
        int64_t number = p->name.data[i];
        PyObject *name = number < name_count ? name_objects[number] : PyList_GetItem(p->objects, (Py_ssize_t)(number - name_count));
        Py_INCREF(name);
        PyList_SetItem(list, i, name);
    }
    return list;
}

/* scan(codes, in_attributes, in_script, is_prose) -> (elements, links, chunks, styles, scripts, body_end): see `_scan_natively` in detector/page/markup.py */
static PyObject *scan(PyObject *self, PyObject *args) {
    PyObject *codes, *result = NULL;
    Page p;
    memset(&p, 0, sizeof p);
    Py_buffer view;
    if (!PyArg_ParseTuple(args, "OOOO", &codes, &p.in_attributes, &p.in_script, &p.is_prose)) return NULL;
    if (!name_count) return PyErr_Format(PyExc_RuntimeError, "set_names was not called");
    if (get_buffer(codes, &view, 4, 0) < 0) return NULL;
    p.source = view.buf;
    p.size = view.len / 4;
    if (p.size > INT32_MAX) {
        PyBuffer_Release(&view);
        return PyErr_Format(PyExc_OverflowError, "a source of 2^31 characters or more");
    }
    p.low = 1;
    p.strength = LINE;
    p.body_end = -1;
    p.unknown = PyDict_New();
    p.objects = PyList_New(0);
    Places *of_elements[] = {&p.name, &p.element_start, &p.attributes, &p.open_end, &p.parent, &p.element_end, &p.link, &p.host_start, &p.host_end};
    Ints *all[] = {&p.start, &p.end, &p.role, &p.element, &p.depth, &p.ancestor, &p.low_depth, &p.strength_before, &p.styles, &p.scripts, &p.stack,
                   &p.open, &p.open_count};
    int failed = !p.unknown || !p.objects;
    for (int i = 0; i < name_count && !failed; i++) failed = ints_push(&p.open_count, 0) < 0;
    int document[] = {0, 0, 0, 0, -1, -1, 0, -1, -1};
    for (int i = 0; i < 9 && !failed; i++) failed = places_push(of_elements[i], document[i]) < 0;
    failed = failed || ints_push(&p.stack, 0) < 0 || ints_push(&p.open, 0) < 0;
    if (!failed && scan_page(&p) == 0) {
        PyObject *elements = PyTuple_New(6), *links = PyTuple_New(3), *names_of_elements = names_as_list(&p);
        free(p.name.data);
        memset(&p.name, 0, sizeof p.name);
        if (elements) PyTuple_SetItem(elements, 0, names_of_elements);
        for (int i = 1; i < 6 && elements; i++) PyTuple_SetItem(elements, i, places_taken(of_elements[i]));
        for (int i = 0; i < 3 && links; i++) PyTuple_SetItem(links, i, places_taken(of_elements[6 + i]));
        result = Py_BuildValue("NN(NNNNNNNN)NNL", elements, links, ints_taken(&p.start), ints_taken(&p.end), ints_taken(&p.role),
                               ints_taken(&p.element), ints_taken(&p.depth), ints_taken(&p.ancestor), ints_taken(&p.low_depth),
                               ints_taken(&p.strength_before), ints_as_list(&p.styles), ints_as_list(&p.scripts), (long long)p.body_end);
        if (PyErr_Occurred()) Py_CLEAR(result);
    }
    for (size_t i = 0; i < sizeof of_elements / sizeof *of_elements; i++) free(of_elements[i]->data);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]->data);
    Py_XDECREF(p.unknown);
    Py_XDECREF(p.objects);
    PyBuffer_Release(&view);
    return result;
}

PyMethodDef markup_methods[] = {
    {"set_names", set_names, METH_O, NULL},
    {"scan", scan, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
