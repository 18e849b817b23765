/* What generated functions call. Every call says so in the trace; those that may fail do as the run's decisions tell. */
#ifndef WORLD_H
#define WORLD_H

#include <stddef.h>

typedef struct thing thing;
typedef struct part part;

struct box {
    char *text;
    thing *held;
};

/* Zero, or -1 when it fails. */
int step(int n);
int holds(int n);
int more(int n);
void note(int n);

/* Null when it fails. */
thing *thing_new(int n);
/* Fills in *result and gives zero, or leaves it and gives -1. */
int thing_open(thing **result, int n);
int thing_use(thing *t, int n);
void thing_free(thing *t);
/* Takes the thing over. */
void thing_keep(thing *t);

/* A part needs its thing, also to be freed. */
part *part_of(thing *t, int n);
int part_use(part *p, int n);
void part_free(part *p);

typedef struct _GMutex {
    int taken;
} GMutex;
extern GMutex guard;
void lock_take(GMutex *lock);
void lock_drop(GMutex *lock);

/* Freed by free(), silently. */
char *text_new(int n);
int text_use(const char *text, int n);
void text_keep(char *text);

#endif
