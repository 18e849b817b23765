using MigrateCleanup.Engine.Rules;
using Xunit;

namespace MigrateCleanup.C.Tests.Spelling;

public sealed class RemovalSpellingTests
{
    [Fact]
    public void AGuardGoesWithItsRelease() => Scene.Check(
        """
        void f(char *p, char *q)
        {
            use(p, q);

            if (p)
                free(p);
            if (q != NULL) {
                /* the other one */
                free(q);
            }
        }
        """,
        s => [new RemoveStatement(s.Call("free(p)")), new RemoveStatement(s.Call("free(q)"))],
        """
        void f(char *p, char *q)
        {
            use(p, q);

            /* the other one */
        }
        """);

    [Fact]
    public void AGuardThatWorksStays() => Scene.CheckRefused(
        """
        void f(char *p)
        {
            if (take(p))
                free(p);
        }
        """,
        s => [new RemoveStatement(s.Call("free(p)"))],
        "guard-works");

    [Fact]
    public void TheOtherSideOfAGuardIsNegated() => Scene.Check(
        """
        void f(char *p)
        {
            if (p)
                free(p);
            else
                report();
        }
        """,
        s => [new RemoveStatement(s.Call("free(p)"))],
        """
        void f(char *p)
        {
            if (!p)
                report();
        }
        """);

    [Fact]
    public void AnEmptiedElseGoes() => Scene.Check(
        """
        void f(char *p)
        {
            if (p == NULL)
                report();
            else
                free(p);
            done();
        }
        """,
        s => [new RemoveStatement(s.Call("free(p)"))],
        """
        void f(char *p)
        {
            if (p == NULL)
                report();
            done();
        }
        """);

    [Fact]
    public void OneOfSeveralVariablesGoes() => Scene.Check(
        """
        void f(void)
        {
            int ret = -1, n;
            int a, b = 2, c; /* three */
            int d; // gone

            use(n, a, c);
        }
        """,
        s =>
        [
            new RemoveStatement(s.Store("ret = -1")),
            new RemoveVariable(s.Local("ret")),
            new RemoveVariable(s.Local("b")),
            new RemoveVariable(s.Local("d")),
        ],
        """
        void f(void)
        {
            int n;
            int a, c; /* three */

            use(n, a, c);
        }
        """);

    [Fact]
    public void AnIfOfWhichNothingIsLeftGoes() => Scene.Check(
        """
        void f(char *p, char *q)
        {
            use(p);
        #ifdef HAVE_X
            free(p);
        #endif
        #ifdef HAVE_Y
            /* only there */
            free(q);
        #endif
            done();
        }
        """,
        s => [new RemoveStatement(s.Call("free(p)")), new RemoveStatement(s.Call("free(q)"))],
        """
        void f(char *p, char *q)
        {
            use(p);
        #ifdef HAVE_Y
            /* only there */
        #endif
            done();
        }
        """);

    [Fact]
    public void ADeadStoreKeepsTheCall() => Scene.Check(
        """
        void f(int a)
        {
            int ret;

            ret = g(a,
                    a);
            ret = -1;
        }
        """,
        s => [new RemoveStatement(s.Store("ret = g*")), new RemoveStatement(s.Store("ret = -1")), new RemoveVariable(s.Local("ret"))],
        """
        void f(int a)
        {
            g(a,
              a);
        }
        """);

    [Fact]
    public void ARemovedBodyOfALoopLeavesAnEmptyStatement() => Scene.Check(
        """
        void f(char **a, int n)
        {
            for (int i = 0; i < n; i++)
                free(a[i]);
            done();
        }
        """,
        s => [new RemoveStatement(s.Call("free(a[i])"))],
        """
        void f(char **a, int n)
        {
            for (int i = 0; i < n; i++)
                ;
            done();
        }
        """);

    [Fact]
    public void KnownPartsOfAConditionGo() => Scene.Check(
        """
        int f(char *p, char *q)
        {
            if (!p || !q)
                return -1;
            if (!p) {
                report();
                return -1;
            }
            if (p)
                use(p);
            return 0;
        }
        """,
        s =>
        [
            new RemoveCheck(s.Branch("p"), true),
            new RemoveCheck(s.Branch("p", 1), true),
            new RemoveCheck(s.Branch("p", 2), true),
        ],
        """
        int f(char *p, char *q)
        {
            if (!q)
                return -1;
            use(p);
            return 0;
        }
        """);

    [Fact]
    public void AConditionThatAssignsKeepsTheAssignment() => Scene.Check(
        """
        int f(char *p, int n)
        {
            if (!(p = xmalloc(n)))
                return -1;
            if ((p = xrealloc(p,
                              n)) == NULL) {
                report();
                return -1;
            }
            if ((p = xstrdup(p))) {
                report();
                use(p);
            }
            return use(p);
        }
        """,
        s =>
        [
            new RemoveCheck(s.Branch("p = xmalloc(n)"), true),
            new RemoveCheck(s.Branch("(p = xrealloc*"), false),
            new RemoveStatement(s.Call("report()")),
            new RemoveCheck(s.Branch("p = xstrdup(p)"), true),
        ],
        """
        int f(char *p, int n)
        {
            p = xmalloc(n);
            p = xrealloc(p,
                         n);
            p = xstrdup(p);
            report();
            use(p);
            return use(p);
        }
        """);

    [Fact]
    public void WhatIsAlignedWithACallMovesWithItsLongerName() => Scene.Check(
        """
        void f(char *p, int n)
        {
            p = malloc(n +
                       more(n,
                            p));
            use(p);
        }
        """,
        s => [new ReplaceCall(s.Call("malloc(n +\n               more(n,\n                    p))"), "g_malloc", [0])],
        """
        void f(char *p, int n)
        {
            p = g_malloc(n +
                         more(n,
                              p));
            use(p);
        }
        """);

    [Fact]
    public void WhatIsAlignedWithAnArgumentThatGoesMovesAlong() => Scene.Check(
        """
        int f(const char *p, int n)
        {
            char *s;

            if (!(asprintf(&s, "%s-%d",
                           p,
                           n) >= 0))
                return -1;
            free(s);
            return 0;
        }
        """,
        s => [new FailFast(s.Branch("asprintf(*"), false)],
        """
        int f(const char *p, int n)
        {
            char *s;

            s = g_strdup_printf("%s-%d",
                                p,
                                n);
            g_free(s);
            return 0;
        }
        """,
        "glib");
}
