using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Rules;
using Xunit;

namespace MigrateCleanup.C.Tests.Spelling;

public sealed class JumpSpellingTests
{
    [Fact]
    public void AJumpBecomesAReturnAndKeepsItsComment() => Scene.Check(
        """
        int f(void)
        {
            int ret = -1;

            if (!known())
                goto out; /* never seen */
            ret = measure();
        out:
            return ret;
        }
        """,
        s =>
        [
            new Return(s.Jump("goto out;"), s.Store("ret = -1").Value),
            new RemoveLabel(s.Label("out")),
            new ReturnStored(s.Store("ret = measure()"), s.Return("return ret;")),
            new RemoveStatement(s.Store("ret = -1")),
            new RemoveVariable(s.Local("ret")),
        ],
        """
        int f(void)
        {
            if (!known())
                return -1; /* never seen */
            return measure();
        }
        """);

    [Fact]
    public void BracesGoWithTheStatementThatNeededThem() => Scene.Check(
        """
        int f(int a)
        {
            int ret;

            if (a < 0)
                a = 0;
            if (a) {
                ret = -EINVAL;
                goto out;
            }
            ret = 0;

         out:
            return ret;
        }
        """,
        s =>
        [
            new Return(s.Jump("goto out;"), s.Store("ret = -EINVAL").Value),
            new RemoveStatement(s.Store("ret = -EINVAL")),
            new RemoveLabel(s.Label("out")),
            new ReturnStored(s.Store("ret = 0"), s.Return("return ret;")),
            new RemoveVariable(s.Local("ret")),
        ],
        """
        int f(int a)
        {
            if (a < 0)
                a = 0;
            if (a)
                return -EINVAL;
            return 0;
        }
        """);

    [Fact]
    public void BracesStayWhereTheFileWearsThem() => Scene.Check(
        """
        int f(int a)
        {
            int ret;

            if (a < 0) {
                a = 0;
            }
            if (a) {
                ret = -1;
                goto out;
            }
            ret = g(a);
        out:
            return ret;
        }
        """,
        s =>
        [
            new Return(s.Jump("goto out;"), s.Store("ret = -1").Value),
            new RemoveStatement(s.Store("ret = -1")),
            new RemoveLabel(s.Label("out")),
        ],
        """
        int f(int a)
        {
            int ret;

            if (a < 0) {
                a = 0;
            }
            if (a) {
                return -1;
            }
            ret = g(a);
            return ret;
        }
        """);

    [Fact]
    public void BothSidesOfAnElseLoseTheirBraces() => Scene.Check(
        """
        int f(int a)
        {
            int ret;

            if (a < 0)
                a = 0;
            if (a) {
                ret = 1;
                goto out;
            } else {
                ret = 2;
                goto out;
            }
        out:
            return ret;
        }
        """,
        s =>
        [
            new ReturnStored(s.Store("ret = 1"), null) { Jump = s.Jump("goto out;") },
            new ReturnStored(s.Store("ret = 2"), null) { Jump = s.Jump("goto out;", 1) },
            new RemoveLabel(s.Label("out")),
            new RemoveStatement(s.Return("return ret;")),
            new RemoveVariable(s.Local("ret")),
        ],
        """
        int f(int a)
        {
            if (a < 0)
                a = 0;
            if (a)
                return 1;
            else
                return 2;
        }
        """);

    [Fact]
    public void WhatIsStoredOverSeveralLinesIsRealigned() => Scene.Check(
        """
        int f(int a)
        {
            int ret;

            ret = measure(a,
                          more(a,
                               a));
            goto out;
        out:
            return ret;
        }
        """,
        s =>
        [
            new ReturnStored(s.Store("ret = measure*"), null) { Jump = s.Jump("goto out;") },
            new RemoveLabel(s.Label("out")),
            new RemoveStatement(s.Return("return ret;")),
            new RemoveVariable(s.Local("ret")),
        ],
        """
        int f(int a)
        {
            return measure(a,
                           more(a,
                                a));
        }
        """);

    [Fact]
    public void ALabelAtTheEndNeedsAStatement() => Scene.Check(
        """
        void f(int a)
        {
            char *p = g();

            if (a)
                goto out;
            h(p);
        out:
            free(p);
        }
        """,
        s => [new RemoveStatement(s.Call("free(p)"))],
        """
        void f(int a)
        {
            char *p = g();

            if (a)
                goto out;
            h(p);
        out:
            ;
        }
        """);

    [Fact]
    public void TheStatementThatALabelNeededGoesWithIt() => Scene.Check(
        """
        void f(int a)
        {
            if (a)
                goto out;
            h(a);
        out:
            ;
        }
        """,
        s => [new Return(s.Jump("goto out;"), null), new RemoveLabel(s.Label("out"))],
        """
        void f(int a)
        {
            if (a)
                return;
            h(a);
        }
        """);

    [Fact]
    public void ACommentOnALabelStays() => Scene.Check(
        """
        int f(int a)
        {
            int ret = -1;

            if (a)
                goto cleanup;

            ret = 0;

         cleanup: /* also on success */
            /* free it */
            g(a);
            return ret;
        }
        """,
        s => [new Return(s.Jump("goto cleanup;"), new Constant(-1L)), new RemoveLabel(s.Label("cleanup"))],
        """
        int f(int a)
        {
            int ret = -1;

            if (a)
                return -1;

            ret = 0;

            /* also on success */
            /* free it */
            g(a);
            return ret;
        }
        """);

    [Fact]
    public void ParenthesesAroundReturnedValuesAreKept() => Scene.Check(
        """
        int f(int a)
        {
            int ret = -1;

            if (a)
                goto out;
            ret = 0;
        out:
            return (ret);
        }
        """,
        s =>
        [
            new Return(s.Jump("goto out;"), s.Store("ret = -1").Value),
            new RemoveLabel(s.Label("out")),
            new ReturnValue(s.Return("return (ret);"), s.Store("ret = 0").Value),
            new RemoveStatement(s.Store("ret = 0")),
            new RemoveVariable(s.Local("ret")),
        ],
        """
        int f(int a)
        {
            if (a)
                return (-1);
            return (0);
        }
        """);

    [Fact]
    public void AReturnOfAnotherTypeIsNotReturnedAtOnce() => Scene.CheckRefused(
        """
        bool f(int a)
        {
            int ret;

            ret = g(a);
            goto out;
        out:
            return ret;
        }
        """,
        s => [new ReturnStored(s.Store("ret = g(a)"), null) { Jump = s.Jump("goto out;") }],
        "conversion-differs");

    [Fact]
    public void LineEndsAndTabsStay() => Scene.Check(
        "int f(int a)\r\n{\r\n\tint ret = -1;\r\n\tif (a)\r\n\t\tgoto out;\r\n\tret = 0;\r\nout:\r\n\treturn ret;\r\n}\r\n",
        s =>
        [
            new Return(s.Jump("goto out;"), s.Store("ret = -1").Value),
            new RemoveLabel(s.Label("out")),
            new ReturnStored(s.Store("ret = 0"), s.Return("return ret;")),
            new RemoveVariable(s.Local("ret")),
        ],
        "int f(int a)\r\n{\r\n\tif (a)\r\n\t\treturn -1;\r\n\treturn 0;\r\n}\r\n");

    [Fact]
    public void BlankLinesThatMeetAreOne() => Scene.Check(
        """
        int f(char *p)
        {
            int ret = -1;

            ret = 0;

         cleanup:
            free(p);

            return ret;
        }

        int g(char *p)
        {
            return 0;
        }
        """,
        s =>
        [
            new RemoveStatement(s.Call("free(p)")),
            new RemoveLabel(s.Label("cleanup")),
            new ReturnStored(s.Store("ret = 0"), s.Return("return ret;")),
            new RemoveStatement(s.Store("ret = -1")),
            new RemoveVariable(s.Local("ret")),
        ],
        """
        int f(char *p)
        {
            return 0;
        }

        int g(char *p)
        {
            return 0;
        }
        """);

    [Fact]
    public void NothingBlankIsLeftBehindALabel() => Scene.Check(
        """
        int f(char *p)
        {
            int ret = -1;

            if (!p)
                goto cleanup;

            ret = 0;
        cleanup:
            free(p);

            return ret;
        }
        """,
        s => [new RemoveStatement(s.Call("free(p)"))],
        """
        int f(char *p)
        {
            int ret = -1;

            if (!p)
                goto cleanup;

            ret = 0;
        cleanup:
            return ret;
        }
        """);
}
