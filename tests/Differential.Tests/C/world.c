/* Runs every function under many decisions, and writes down what each run did. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

enum kind { NOTHING, THING, PART, TEXT };

struct object {
    enum kind kind;
    int freed;
    int kept;
    struct object *parent;
};

struct thing {
    struct object head;
};

struct part {
    struct object head;
};

/* Texts are told by their address: one byte of this array each. */
#define MOST 512
static struct object objects[MOST];
static char texts[MOST];
static int count;

static uint64_t decisions;
static int asked;
static int turns;

static int decide(void)
{
    int at = asked++;
    if (at >= 64)
        return 0;

    return decisions >> at & 1;
}

static int id(const void *p)
{
    if ((const char *)p >= texts && (const char *)p < texts + MOST)
        return (int)((const char *)p - texts);

    return (int)((const struct object *)p - objects);
}

static struct object *new_object(enum kind kind)
{
    struct object *o = &objects[count++];
    memset(o, 0, sizeof(*o));
    o->kind = kind;
    return o;
}

static int alive(const void *p, enum kind kind, const char *what)
{
    const struct object *o;
    if (!p) {
        printf("! %s of nothing\n", what);
        return 0;
    }

    o = &objects[id(p)];
    if (id(p) < 0 || id(p) >= count || o->kind != kind)
        printf("! %s of what was never there\n", what);
    else if (o->freed)
        printf("! %s of freed %d\n", what, id(p));
    else
        return 1;

    return 0;
}

int step(int n)
{
    int ok = decide();
    printf("step %d %d\n", n, ok);
    return ok ? 0 : -1;
}

int holds(int n)
{
    int ok = decide();
    printf("holds %d %d\n", n, ok);
    return ok;
}

int more(int n)
{
    int ok = decide() && turns++ % 4 != 3;
    printf("more %d %d\n", n, ok);
    return ok;
}

void note(int n)
{
    printf("note %d\n", n);
}

thing *thing_new(int n)
{
    int ok = decide();
    struct object *o = ok ? new_object(THING) : NULL;
    printf("thing_new %d %d\n", n, ok ? id(o) : -1);
    return (thing *)o;
}

int thing_open(thing **result, int n)
{
    int ok = decide();
    if (ok)
        *result = (thing *)new_object(THING);

    printf("thing_open %d %d\n", n, ok ? id(*result) : -1);
    return ok ? 0 : -1;
}

int thing_use(thing *t, int n)
{
    int ok = decide();
    if (alive(t, THING, "use"))
        printf("thing_use %d %d %d\n", id(t), n, ok);

    return ok ? 0 : -1;
}

void thing_free(thing *t)
{
    if (t && alive(t, THING, "free")) {
        printf("- %d\n", id(t));
        objects[id(t)].freed = 1;
    }
}

void thing_keep(thing *t)
{
    if (alive(t, THING, "keep")) {
        printf("thing_keep %d\n", id(t));
        objects[id(t)].kept = 1;
    }
}

part *part_of(thing *t, int n)
{
    int ok = decide();
    struct object *o;
    if (!alive(t, THING, "part") || !ok) {
        printf("part_of %d -1\n", n);
        return NULL;
    }

    o = new_object(PART);
    o->parent = &objects[id(t)];
    printf("part_of %d %d %d\n", n, id(t), id(o));
    return (part *)o;
}

int part_use(part *p, int n)
{
    int ok = decide();
    if (alive(p, PART, "use") && alive(objects[id(p)].parent, THING, "use behind a part"))
        printf("part_use %d %d %d\n", id(p), n, ok);

    return ok ? 0 : -1;
}

void part_free(part *p)
{
    if (p && alive(p, PART, "free") && alive(objects[id(p)].parent, THING, "free behind a part")) {
        printf("- %d of %d\n", id(p), id(objects[id(p)].parent));
        objects[id(p)].freed = 1;
    }
}

GMutex guard;

void lock_take(GMutex *lock)
{
    printf("%s\n", lock->taken++ ? "! taken twice" : "lock");
}

void lock_drop(GMutex *lock)
{
    printf("%s\n", --lock->taken ? "! given back twice" : "unlock");
}

void g_mutex_lock(GMutex *lock)
{
    lock_take(lock);
}

void g_mutex_unlock(GMutex *lock)
{
    lock_drop(lock);
}

GMutex *g_mutex_locker_new(GMutex *lock)
{
    lock_take(lock);
    return lock;
}

void g_mutex_locker_free(GMutex *lock)
{
    lock_drop(lock);
}

char *text_new(int n)
{
    int ok = decide();
    struct object *o = ok ? new_object(TEXT) : NULL;
    printf("text_new %d %d\n", n, ok ? id(o) : -1);
    return ok ? texts + id(o) : NULL;
}

int text_use(const char *text, int n)
{
    int ok = decide();
    if (alive(text, TEXT, "use"))
        printf("text_use %d %d %d\n", id(text), n, ok);

    return ok ? 0 : -1;
}

void text_keep(char *text)
{
    if (alive(text, TEXT, "keep")) {
        printf("text_keep %d\n", id(text));
        objects[id(text)].kept = 1;
    }
}

/* What the functions call free() and g_free(). */
void world_free(void *p)
{
    if (p && alive(p, TEXT, "free"))
        objects[id(p)].freed = 1;
}

static void give(const char *what, void *p)
{
    if (!p) {
        printf("%s nothing\n", what);
        return;
    }

    printf("%s%s %d\n", objects[id(p)].freed ? "! freed " : "", what, id(p));
    objects[id(p)].kept = 1;
}

struct function {
    const char *name;
    int (*number)(int, thing *, thing **, struct box *);
    thing *(*gives_thing)(int, thing *, thing **, struct box *);
    char *(*gives_text)(int, thing *, thing **, struct box *);
    void (*nothing)(int, thing *, thing **, struct box *);
};

extern const struct function functions[];

static void run(const struct function *f, uint64_t with)
{
    struct box box = { NULL, NULL };
    thing *out = NULL;
    struct object *given;
    int i;

    count = 0;
    guard.taken = 0;
    asked = 0;
    turns = 0;
    decisions = with;
    given = new_object(THING);
    given->kept = 1;
    printf("# %s %016llx\n", f->name, (unsigned long long)with);
    if (f->number)
        printf("= %d\n", f->number(3, (thing *)given, &out, &box));
    else if (f->gives_thing)
        give("=", f->gives_thing(3, (thing *)given, &out, &box));
    else if (f->gives_text)
        give("=", f->gives_text(3, (thing *)given, &out, &box));
    else
        f->nothing(3, (thing *)given, &out, &box);

    if (guard.taken)
        printf("still locked\n");

    give("out", out);
    give("box text", box.text);
    give("box held", box.held);
    for (i = 0; i < count; i++) {
        if (!objects[i].freed && !objects[i].kept)
            printf("leaked %d\n", i);
    }
}

int main(void)
{
    const struct function *f;
    for (f = functions; f->name; f++) {
        uint64_t state = 88172645463325252ull;
        int i;
        run(f, ~0ull);
        run(f, 0);
        for (i = 0; i < 24; i++)
            run(f, ~(1ull << i));

        for (i = 0; i < 40; i++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            run(f, i % 2 ? state : state | state << 21 | state >> 17);
        }
    }

    return 0;
}
