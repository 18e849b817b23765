using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Rules;
using Xunit;

namespace MigrateCleanup.C.Tests.Spelling;

public sealed class ScopeSpellingTests
{
    [Fact]
    public void AVariableIsScopedAndInitialised() => Scene.Check(
        """
        int f(int a)
        {
            char *p;
            int ret;

            p = g_strdup("x");
            ret = use(p);
            g_free(p);
            return ret;
        }
        """,
        s => [s.Scope("p", "g_free")],
        """
        int f(int a)
        {
            g_autofree char *p = NULL;
            int ret;

            p = g_strdup("x");
            ret = use(p);
            return ret;
        }
        """);

    [Fact]
    public void SeveralVariablesAreTakenApart() => Scene.Check(
        """
        void f(void)
        {
            char *a = NULL, *b, c, d = 0; /* many */
            const char *x = NULL,
                       *y = NULL; /* two */
            char *first = NULL, *second = NULL, /* not */
                 third; /* these */

            use(a, b, c, d, x, y, first);
            g_free(a);
            if (b)
                g_free(b);
            g_free(y);
            g_free(first);
        }
        """,
        s => [s.Scope("a", "g_free"), s.Scope("b", "g_free"), s.Scope("y", "g_free"), s.Scope("first", "g_free")],
        """
        void f(void)
        {
            g_autofree char *a = NULL;
            g_autofree char *b = NULL;
            char c, d = 0; /* many */
            g_autofree const char *y = NULL;
            const char *x = NULL; /* two */
            g_autofree char *first = NULL;
            char *second = NULL, /* not */
                 third; /* these */

            use(a, b, c, d, x, y, first);
        }
        """);

    [Fact]
    public void AnInitialValueOverSeveralLinesIsRealigned() => Scene.Check(
        """
        void f(int a)
        {
            char *p = g_strdup_printf("%d",
                                      a);

            use(p);
            g_free(p);
        }
        """,
        s => [s.Scope("p", "g_free")],
        """
        void f(int a)
        {
            g_autofree char *p = g_strdup_printf("%d",
                                                 a);

            use(p);
        }
        """);

    [Fact]
    public void TypesAreScopedByTheirDeclaration() => Scene.Check(
        """
        int f(void)
        {
            GError *err = NULL;
            GObject *o = take();
            int ret = use(o, &err);

            g_object_unref(o);
            g_error_free(err);
            return ret;
        }
        """,
        s => [s.Scope("o", "g_object_unref"), s.Scope("err", "g_error_free")],
        """
        int f(void)
        {
            g_autoptr(GError) err = NULL;
            g_autoptr(GObject) o = take();
            int ret = use(o, &err);

            return ret;
        }
        """);

    [Fact]
    public void AReleaseWithoutAMacroIsRefused() => Scene.CheckRefused(
        """
        void f(void)
        {
            struct x *p = take();

            use(p);
            x_free(p);
        }
        """,
        s => [s.Scope("p", "x_free")],
        "needs-macro");

    [Fact]
    public void AJumpPastTheDeclarationIsRefused() => Scene.CheckRefused(
        """
        int f(int a)
        {
            if (a)
                goto out;

            char *p = g_strdup("x");
            use(p);
            g_free(p);
        out:
            return 0;
        }
        """,
        s => [s.Scope("p", "g_free")],
        "needs-early-return");

    [Fact]
    public void TheSameMemoryIsStolen() => Scene.Check(
        """
        char *f(struct s *x, char **out)
        {
            g_autofree char *a = g_strdup("a");
            g_autofree char *b = g_strdup("b");
            g_autofree char *c = g_strdup("c");
            g_autofree char *d = g_strdup("d");

            x->a = a;
            *out = (char *) b;
            consume(x, c);
            return d;
        }
        """,
        s =>
        [
            new Steal(s.Store("x->a = a"), s.Local("a")),
            new Steal(s.Store("*out = (char *) b"), s.Local("b")),
            new Steal(s.Call("consume(x, c)"), s.Local("c")),
            new Steal(s.Return("return d;"), s.Local("d")),
        ],
        """
        char *f(struct s *x, char **out)
        {
            g_autofree char *a = g_strdup("a");
            g_autofree char *b = g_strdup("b");
            g_autofree char *c = g_strdup("c");
            g_autofree char *d = g_strdup("d");

            x->a = g_steal_pointer(&a);
            *out = (char *) g_steal_pointer(&b);
            consume(x, g_steal_pointer(&c));
            return g_steal_pointer(&d);
        }
        """);

    [Fact]
    public void WhatIsReadBesideIsNotStolen() => Scene.CheckRefused(
        """
        void f(void)
        {
            g_autofree char *a = g_strdup("a");

            consume(a, strlen(a));
        }
        """,
        s => [new Steal(s.Call("consume(a, strlen(a))"), s.Local("a"))],
        "stolen-among-uses");

    [Fact]
    public void ALockIsHeldByAGuardAmongTheDeclarations() => Scene.Check(
        """
        void f(struct s *s)
        {
            int locker;

            g_mutex_lock(&s->locker);
            use(locker);
            g_mutex_unlock(&s->locker);
        }
        """,
        s => [s.Hold("g_mutex_lock(&s->locker)", "g_mutex_unlock(&s->locker)", ScopeExtent.Block)],
        """
        void f(struct s *s)
        {
            int locker;
            g_autoptr(GMutexLocker) locker2 G_GNUC_UNUSED = g_mutex_locker_new(&s->locker);

            use(locker);
        }
        """);

    [Fact]
    public void ALockInTheMiddleGetsABlockWhereDeclarationsComeFirst() => Scene.Check(
        """
        void f(virObject *o)
        {
            prepare(o);

            virObjectLock(o);

            use(o,
                o);

            virObjectUnlock(o);

            done();
        }
        """,
        s => [s.Hold("virObjectLock(o)", "virObjectUnlock(o)", ScopeExtent.Block)],
        """
        void f(virObject *o)
        {
            prepare(o);

            VIR_WITH_OBJECT_LOCK_GUARD(o) {
                use(o,
                    o);
            }

            done();
        }
        """,
        "libvirt");

    [Fact]
    public void AJumpPastAGuardIsRefused() => Scene.CheckRefused(
        """
        void f(GMutex *m)
        {
            if (!m)
                goto out;

            g_mutex_lock(m);
            use();
            g_mutex_unlock(m);
        out:
            return;
        }
        """,
        s => [s.Hold("g_mutex_lock(m)", "g_mutex_unlock(m)", ScopeExtent.Block)],
        "needs-early-return");

    [Fact]
    public void ADescriptorIsScoped() => Scene.Check(
        """
        int f(void)
        {
            int fd;
            int r;

            fd = open("x", 0);
            if (fd < 0)
                return -1;

            r = use(fd);
            close(fd);
            return r;
        }
        """,
        s => [s.Scope("fd", "close", new Constant(-1L))],
        """
        int f(void)
        {
            _cleanup_close_ int fd = -1;
            int r;

            fd = open("x", 0);
            if (fd < 0)
                return -1;

            r = use(fd);
            return r;
        }
        """,
        "systemd");

    [Fact]
    public void TheKernelDeclaresWhereItAcquires() => Scene.Check(
        """
        int f(size_t n)
        {
        	struct foo *p;
        	int ret;

        	ret = prepare();
        	if (ret)
        		return ret;

        	p = kmalloc(n, GFP_KERNEL);
        	if (!p)
        		return -ENOMEM;

        	ret = use(p);
        	kfree(p);
        	return ret;
        }
        """,
        s => [s.Scope("p", "kfree")],
        """
        int f(size_t n)
        {
        	int ret;

        	ret = prepare();
        	if (ret)
        		return ret;

        	struct foo *p __free(kfree) = kmalloc(n, GFP_KERNEL);
        	if (!p)
        		return -ENOMEM;

        	ret = use(p);
        	return ret;
        }
        """,
        "kernel");

    [Fact]
    public void AnIncludeComesToStandAmongTheOthers() => Scene.Check(
        """
        #include <config.h>

        #include "internal.h"
        #include "virthread.h"
        #include "virxml.h"

        void f(void)
        {
            int fd = take();

            use(fd);
            VIR_FORCE_CLOSE(fd);
        }
        """,
        s => [s.Scope("fd", "VIR_FORCE_CLOSE", new Constant(-1L))],
        """
        #include <config.h>

        #include "internal.h"
        #include "virfile.h"
        #include "virthread.h"
        #include "virxml.h"

        void f(void)
        {
            VIR_AUTOCLOSE fd = take();

            use(fd);
        }
        """,
        "libvirt",
        sees: false);

    [Fact]
    public void AnIfThatSplitsAStatementLeavesTheRestAlone() => Scene.Check(
        """
        int f(int a)
        {
            char *p = g_strdup("x");

        #ifdef A
            if (a)
        #endif
            {
                use(p);
            }
            g_free(p);
            return 0;
        }
        """,
        s => [s.Scope("p", "g_free")],
        """
        int f(int a)
        {
            g_autofree char *p = g_strdup("x");

        #ifdef A
            if (a)
        #endif
            {
                use(p);
            }
            return 0;
        }
        """);

    [Fact]
    public void AStatementThatIsAnotherOneElsewhereStays() => Scene.CheckRefused(
        """
        int f(int a)
        {
            char *p = g_strdup("x");

            use(p);
        #ifndef A
            if (a)
        #endif
                g_free(p);
            return 0;
        }
        """,
        s => [s.Scope("p", "g_free")],
        "views-differ",
        "glib");

    [Fact]
    public void ADeclarationUnderACaseIsRefused() => Scene.CheckRefused(
        """
        void f(int a)
        {
            switch (a) {
            case 1:;
                char *p = g_strdup("x");
                use(p);
                g_free(p);
                break;
            case 2:
                break;
            }
        }
        """,
        s => [s.Scope("p", "g_free")],
        "declared-in-switch");

    [Fact]
    public void ADeclarationInEachBranchIsRefused() => Scene.CheckRefused(
        """
        void f(int a)
        {
        #ifdef A
            char *p = g_strdup("x");
        #else
            char *p = g_strdup("y");
        #endif
            use(p);
            g_free(p);
        }
        """,
        s => [s.Scope("p", "g_free")],
        "declared-under-if");

    [Fact]
    public void WhatEmptiesAStolenVariableGoesAndStaysWhereNothingCanSteal() => Scene.Check(
        """
        void f(char **out)
        {
            _cleanup_free_ char *p = strdup("x");

            *out = p;
            p = NULL; /* gone */
        }
        """,
        s => [new Steal(s.Store("*out = p"), s.Local("p")), new RemoveStatement(s.Store("p = NULL"))],
        """
        void f(char **out)
        {
            _cleanup_free_ char *p = strdup("x");

            *out = TAKE_PTR(p);
            /* gone */
        }
        """,
        "systemd");
}
