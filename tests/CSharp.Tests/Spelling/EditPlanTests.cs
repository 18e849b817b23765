using MigrateCleanup.CSharp.Spelling;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Text;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace MigrateCleanup.CSharp.Tests.Spelling;

/// <summary>What becomes of the lines, comments, braces and blank lines around statements that go.</summary>
public class EditPlanTests
{
    [Fact]
    public void A_statement_goes_with_its_line_and_leaves_the_comment_above() => Check(
        """
        A();
        // gives it back
        Free(p);
        B();
        """,
        plan => plan.Remove("Free(p);"),
        """
        A();
        // gives it back
        B();
        """);

    [Fact]
    public void A_trailing_comment_gets_a_line_of_its_own() => Check(
        """
        A();
        Free(p); // gives it back
        B();
        """,
        plan => plan.Remove("Free(p);"),
        """
        A();
        // gives it back
        B();
        """);

    [Fact]
    public void A_comment_inside_survives() => Check(
        """
        A();
        Free(p, // first
            q /* second */);
        B();
        """,
        plan => plan.Remove("Free(p"),
        """
        A();
        // first
        /* second */
        B();
        """);

    [Fact]
    public void Statements_on_one_line_are_taken_out_of_it() => Check(
        """
        A(); Free(p); B();
        Free(q); Free(r);
        C(); Free(s);
        """,
        plan => plan.Remove("Free(p);", "Free(q);", "Free(r);", "Free(s);"),
        """
        A(); B();
        C();
        """);

    [Fact]
    public void Blank_lines_do_not_pile_up() => Check(
        """
        A();

        Free(p);

        B();
        """,
        plan => plan.Remove("Free(p);"),
        """
        A();

        B();
        """);

    [Fact]
    public void No_blank_line_is_left_at_the_edges_of_a_block() => Check(
        """
        if (x)
        {
            Free(p);

            A();

            Free(q);
        }
        """,
        plan => plan.Remove("Free(p);", "Free(q);"),
        """
        if (x)
        {
            A();
        }
        """);

    [Fact]
    public void A_guard_goes_with_what_it_guards() => Check(
        """
        A();
        if (p != null)
        {
            Free(p);
        }
        if (q != null)
            Free(q);
        B();
        """,
        plan => plan.Remove("Free(p);", "Free(q);"),
        """
        A();
        B();
        """);

    [Fact]
    public void An_else_goes_with_what_it_holds() => Check(
        """
        if (x)
        {
            A();
        }
        else
        {
            Free(p);
        }
        """,
        plan => plan.Remove("Free(p);"),
        """
        if (x)
        {
            A();
        }
        """);

    [Fact]
    public void An_else_alone_turns_its_condition() => Check(
        """
        if (p == null)
        {
            Free(p);
        }
        else
        {
            A();
        }
        if (a < b) Free(q); else B();
        """,
        plan => plan.Remove("Free(p);", "Free(q);"),
        """
        if (p != null)
        {
            A();
        }
        if (!(a < b)) B();
        """);

    [Fact]
    public void A_loop_keeps_an_empty_body() => Check(
        """
        while (Next())
            Free(p);
        """,
        plan => plan.Remove("Free(p);"),
        """
        while (Next())
            { }
        """);

    [Fact]
    public void A_label_goes_and_its_statement_stays() => Check(
        """
            A();
        out1:
            B();
        out2: C();
        out3: // comment
            D();
        """,
        plan => plan.RemoveLabels("out1", "out2", "out3"),
        """
            A();
            B();
            C();
            // comment
            D();
        """);

    [Fact]
    public void A_label_on_nothing_goes_whole() => Check(
        """
        A();

        done: ;
        """,
        plan => plan.RemoveLabels("done"),
        """
        A();
        """);

    [Fact]
    public void A_label_whose_statement_goes_stands_before_the_next() => Check(
        """
        done:
            Free(p);
            B();
        """,
        plan => plan.Remove("Free(p);"),
        """
        done:
            B();
        """);

    [Fact]
    public void A_label_at_the_end_stays_on_an_empty_statement() => Check(
        """
        A();
        done:
            Free(p);
        """,
        plan => plan.Remove("Free(p);"),
        """
        A();
        done:
            ;
        """);

    [Fact]
    public void A_return_alone_loses_its_braces_where_the_file_writes_so() => Check(
        """
        if (a) return 1;
        if (x) {
            ret = 1;
            return 2; // why
        }
        if (y)
        {
            ret = 1;
            return 2;
        }
        """,
        plan => plan.Remove("ret = 1;"),
        """
        if (a) return 1;
        if (x)
            return 2; // why
        if (y)
            return 2;
        """);

    [Fact]
    public void A_return_alone_keeps_its_braces_elsewhere() => Check(
        """
        if (a) { return 1; }
        if (x)
        {
            ret = 1;
            return 2;
        }
        """,
        plan => plan.Remove("ret = 1;"),
        """
        if (a) { return 1; }
        if (x)
        {
            return 2;
        }
        """);

    [Fact]
    public void An_unwrapped_block_moves_out_and_keeps_the_inside_of_strings() => Check(
        """
        if (p != null)
        {
            // use it
            A(@"one
            two");

            B(1,
              2);
        }
        else
        {
            C(); // never
        }
        D();
        """,
        plan => plan.Unwrap("if (p"),
        """
        // use it
        A(@"one
            two");

        B(1,
          2);
        // never
        D();
        """);

    [Fact]
    public void An_unwrapped_statement_stands_in_place_of_its_guard() => Check(
        """
        if (p != null) // always
            A(1,
                2);
        """,
        plan => plan.Unwrap("if (p"),
        """
        // always
        A(1,
            2);
        """);

    [Fact]
    public void A_preprocessor_line_inside_refuses() => Refuses(
        """
        Free(
        #if DEBUG
            p
        #endif
            );
        """,
        plan => plan.Remove("Free("),
        CommonRefusals.DirectiveInside.Id);

    [Fact]
    public void Variables_leave_their_declaration_one_by_one() => Check(
        """
        int a, b = 1, c;
        int d = 1, e;
        int f; // the result
        G();
        """,
        plan => plan.RemoveVariables("b", "d", "f"),
        """
        int a, c;
        int e;
        G();
        """);

    private static void Check(string before, Action<Marked> decide, string after)
    {
        foreach (var newLine in (string[])["\n", "\r\n"])
        {
            var source = InMethod(before).Replace("\n", newLine);
            var plan = new Marked(source);
            decide(plan);
            var spelling = plan.Plan.Spelled();
            Assert.Null(spelling.Refusal);
            Assert.Equal(InMethod(after).Replace("\n", newLine), TextEdits.Apply(source, spelling.Edits));
        }
    }

    private static void Refuses(string before, Action<Marked> decide, string refusal)
    {
        var plan = new Marked(InMethod(before));
        decide(plan);
        Assert.Equal(refusal, plan.Plan.Spelled().Refusal?.Id);
    }

    private static string InMethod(string body)
    {
        var lines = body.ReplaceLineEndings("\n").Split('\n').Select(l => l.Length == 0 ? l : "        " + l);
        return $"class C\n{{\n    void M()\n    {{\n{string.Join('\n', lines)}\n    }}\n}}\n";
    }

    /// <summary>A plan whose statements are named by how their text begins.</summary>
    private sealed class Marked
    {
        private readonly Microsoft.CodeAnalysis.SyntaxNode _root;

        public Marked(string source)
        {
            var tree = CSharpSyntaxTree.ParseText(source);
            _root = tree.GetRoot();
            Plan = new EditPlan(SourceLayout.Of(tree), _ => true);
        }

        public EditPlan Plan { get; }

        public void Remove(params string[] starts)
        {
            foreach (var start in starts)
            {
                foreach (var statement in Statements(start))
                    Plan.Remove(statement);
            }
        }

        public void RemoveLabels(params string[] names)
        {
            foreach (var label in _root.DescendantNodes().OfType<LabeledStatementSyntax>().Where(l => names.Contains(l.Identifier.Text)))
                Plan.Remove(label);
        }

        public void RemoveVariables(params string[] names)
        {
            foreach (var variable in _root.DescendantNodes().OfType<VariableDeclaratorSyntax>().Where(v => names.Contains(v.Identifier.Text)))
                Plan.Remove(variable);
        }

        public void Unwrap(string start)
        {
            foreach (var check in Statements(start).OfType<IfStatementSyntax>())
                Plan.Unwrap(check, check.Statement);
        }

        private IEnumerable<StatementSyntax> Statements(string start) =>
            _root.DescendantNodes().OfType<StatementSyntax>()
                .Where(s => s is not BlockSyntax && s.ToString().StartsWith(start, StringComparison.Ordinal));
    }
}
