/* Attributes of start tags: the twin of `attributes_of` in detector/page/markup.py. */
#include "common.h"

int next_attribute(const Code *s, Py_ssize_t at, Py_ssize_t end, Attribute *found, Py_ssize_t *next) {
    while (at < end && (is_space(s[at]) || s[at] == '"' || s[at] == '\'' || s[at] == '>' || s[at] == '/' || s[at] == '=')) at++;
    if (at >= end) return 0;
    found->name = at++;
    while (at < end && !is_space(s[at]) && s[at] != '>' && s[at] != '/' && s[at] != '=') at++;
    found->name_end = at;
    found->value = found->value_end = at;
    *next = at;
    while (at < end && is_space(s[at])) at++;
    if (at >= end || s[at] != '=') return 1;
    at++;
    while (at < end && is_space(s[at])) at++;
    if (at >= end || s[at] == '>') return 1;
    if (s[at] == '"' || s[at] == '\'') {
        Code quote = s[at++];
        found->value = at;
        at = find_code(s + at, s + end, quote) - s;
        found->value_end = at;
        *next = at < end ? at + 1 : end;
    } else {
        found->value = at;
        while (at < end && !is_space(s[at]) && s[at] != '>') at++;
        found->value_end = *next = at;
    }
    return 1;
}
