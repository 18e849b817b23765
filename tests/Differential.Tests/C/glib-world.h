/* The world as a codebase in GLib's idiom has it. */
#ifndef GLIB_WORLD_H
#define GLIB_WORLD_H

#include "world.h"

typedef void *gpointer;

void g_free(gpointer memory);

typedef GMutex GMutexLocker;
void g_mutex_lock(GMutex *mutex);
void g_mutex_unlock(GMutex *mutex);
GMutexLocker *g_mutex_locker_new(GMutex *mutex);
void g_mutex_locker_free(GMutexLocker *locker);

static inline void glib_auto_free(void *p)
{
    g_free(*(void **)p);
}

static inline gpointer glib_steal(gpointer pp)
{
    gpointer value = *(gpointer *)pp;
    *(gpointer *)pp = NULL;
    return value;
}

#define g_autofree __attribute__((cleanup(glib_auto_free)))
#define G_GNUC_UNUSED __attribute__((unused))
#define g_autoptr(T) __attribute__((cleanup(glib_autoptr_##T))) T *
#define g_steal_pointer(pp) ((__typeof__(*(pp)))glib_steal(pp))
#define g_clear_pointer(pp, f) \
    do { \
        __typeof__(*(pp)) value_ = *(pp); \
        *(pp) = NULL; \
        if (value_) \
            (f)(value_); \
    } while (0)

#define G_DEFINE_AUTOPTR_CLEANUP_FUNC(T, f) \
    static inline __attribute__((unused)) void glib_autoptr_##T(T **p) \
    { \
        if (*p) \
            f(*p); \
    } \
    _Static_assert(1, "")

G_DEFINE_AUTOPTR_CLEANUP_FUNC(thing, thing_free);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMutexLocker, g_mutex_locker_free);

#endif
