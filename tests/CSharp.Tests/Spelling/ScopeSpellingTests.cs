using System.Collections.Immutable;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.CSharp.Spelling;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;
using Xunit;

namespace MigrateCleanup.CSharp.Tests.Spelling;

/// <summary>
/// The forms that a scope takes in C#, spelled for changes made by hand: each variable named is acquired where it is
/// assigned something, and released where <c>Dispose</c>, <c>Close</c>, <c>Free</c> or <c>Exit</c> is called with it.
/// </summary>
public sealed class ScopeSpellingTests
{
    [Fact]
    public void AFinallyBecomesAUsingStatement() => Check(
        """
        var s = new MemoryStream();
        try
        {
            Work(s); // twice
        }
        finally
        {
            s.Dispose();
        }
        Done();
        """,
        """
        using (var s = new MemoryStream())
        {
            Work(s); // twice
        }
        Done();
        """,
        "s");

    [Fact]
    public void ADeclarationBeforeTheTryMovesToItsAcquisition() => Check(
        """
        MemoryStream s = null;

        try
        {
            Prepare();
            // open it
            s = new MemoryStream();
            Work(s);
        }
        finally
        {
            // always
            if (s != null)
                s.Dispose();
        }
        """,
        """
        Prepare();
        // open it
        using (MemoryStream s = new MemoryStream())
        {
            Work(s);
            // always
        }
        """,
        "s");

    [Fact]
    public void StatementsBetweenAcquisitionAndTryComeInside() => Check(
        """
        var s = new MemoryStream(); // a stream
        s.Position = 0;

        try
        {
            Work(s);
        }
        finally
        {
            s?.Dispose();
        }
        Done();
        """,
        """
        using (var s = new MemoryStream()) // a stream
        {
            s.Position = 0;

            Work(s);
        }
        Done();
        """,
        "s");

    [Fact]
    public void TwoResourcesOfOneFinallyStack() => Check(
        """
        MemoryStream a = new MemoryStream();
        MemoryStream b = new MemoryStream();
        try
        {
            Work(a);
            Work(b);
        }
        finally
        {
            b.Dispose();
            a.Dispose();
        }
        """,
        """
        using (MemoryStream a = new MemoryStream())
        using (MemoryStream b = new MemoryStream())
        {
            Work(a);
            Work(b);
        }
        """,
        "a", "b");

    [Fact]
    public void AFinallyWithOtherWorkKeepsIt() => Check(
        """
        var s = new MemoryStream();
        try
        {
            Work(s);
        }
        catch (IOException)
        {
            Done();
        }
        finally
        {
            Done();
            s.Dispose();
        }
        """,
        """
        using var s = new MemoryStream();
        try
        {
            Work(s);
        }
        catch (IOException)
        {
            Done();
        }
        finally
        {
            Done();
        }
        """,
        "s");

    [Fact]
    public void AnOlderLanguageWrapsTheWholeTry() => Check(
        """
        var s = new MemoryStream();
        try
        {
            Work(s);
        }
        catch (IOException)
        {
        }
        finally
        {
            s.Dispose();
        }
        Done();
        """,
        """
        using (var s = new MemoryStream())
        {
            try
            {
                Work(s);
            }
            catch (IOException)
            {
            }
        }
        Done();
        """,
        LanguageVersion.CSharp7, ScopeExtent.LastRelease, "s");

    [Fact]
    public void ReleasesByHandGo() => Check(
        """
        var s = new MemoryStream();
        if (Bad())
        {
            s.Close();
            return;
        }
        Work(s);
        s.Close();
        """,
        """
        using var s = new MemoryStream();
        if (Bad())
        {
            return;
        }
        Work(s);
        """,
        "s");

    [Fact]
    public void AStatementEndsWhereTheLastReleaseStood() => Check(
        """
        MemoryStream s;
        Prepare();
        s = new MemoryStream();
        Work(s);

        s.Close();
        Done();
        """,
        """
        Prepare();
        using (MemoryStream s = new MemoryStream())
        {
            Work(s);
        }

        Done();
        """,
        LanguageVersion.Latest, ScopeExtent.LastRelease, "s");

    [Fact]
    public void ALabelStaysOutside() => Check(
        """
        var s = new MemoryStream();
        if (Bad())
            goto cleanup;
        Work(s);
        cleanup:
        s.Close();
        Done();
        """,
        """
        using (var s = new MemoryStream())
        {
            if (Bad())
                goto cleanup;
            Work(s);
        }
        cleanup:
        Done();
        """,
        LanguageVersion.Latest, ScopeExtent.LastRelease, "s");

    [Fact]
    public void MemoryGetsAFinally() => Check(
        """
        IntPtr p = Marshal.AllocHGlobal(8);

        // fill it
        if (Bad())
        {
            Marshal.FreeHGlobal(p);
            return;
        }
        Fill(p);
        Marshal.FreeHGlobal(p);
        Done();
        """,
        """
        IntPtr p = Marshal.AllocHGlobal(8);

        // fill it
        try
        {
            if (Bad())
            {
                return;
            }
            Fill(p);
        }
        finally
        {
            Marshal.FreeHGlobal(p);
        }
        Done();
        """.Replace("// fill it\ntry\n{\n", "try\n{\n    // fill it\n"),
        LanguageVersion.Latest, ScopeExtent.LastRelease, "p");

    [Fact]
    public void AJumpBeforeTheAllocationComesInsideToo() => Check(
        """
        IntPtr p = IntPtr.Zero;
        if (Bad())
            goto cleanup;
        p = Marshal.AllocHGlobal(8);
        Fill(p);
        cleanup:
        if (p != IntPtr.Zero)
            Marshal.FreeHGlobal(p);
        Done();
        """,
        """
        IntPtr p = IntPtr.Zero;
        if (Bad())
            goto cleanup;
        p = Marshal.AllocHGlobal(8);
        try
        {
            Fill(p);
        }
        finally
        {
            Marshal.FreeHGlobal(p);
        }
        cleanup:
        Done();
        """,
        LanguageVersion.Latest, ScopeExtent.LastRelease, "p");

    [Fact]
    public void ALockIsHeldByAStatement() => Check(
        """
        Monitor.Enter(gate);
        try
        {
            Done();
        }
        finally
        {
            Monitor.Exit(gate);
        }
        """,
        """
        lock (gate)
        {
            Done();
        }
        """,
        "gate");

    private static void Check(string before, string after, params string[] names) =>
        Check(before, after, LanguageVersion.Latest, ScopeExtent.Block, names);

    private static void Check(string before, string after, LanguageVersion version, ScopeExtent extent, params string[] names)
    {
        foreach (var newLine in new[] { "\n", "\r\n" })
        {
            var text = Program(before).ReplaceLineEndings(newLine);
            var spelling = Spell(text, version, extent, names);
            Assert.Null(spelling.Refusal?.Id);
            Assert.Equal(Program(after).ReplaceLineEndings(newLine), TextEdits.Apply(text, spelling.Edits));
        }
    }

    private static Engine.Languages.Spelling Spell(string text, LanguageVersion version, ScopeExtent extent, string[] names)
    {
        var tree = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(version));
        var compilation = CSharpCompilation.Create("test", [tree], Net100.References.All, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error));
        var method = tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Single(m => m.Identifier.ValueText == "M");
        var function = new Function
        {
            Name = "T.M()",
            Path = "T.cs",
            Origin = OriginOf(method),
            Graph = new FlowBuilder().Build(),
        };
        var changes = names.Select(n => ChangeOf(method, n, extent)).ToList();
        return CSharpSpeller.Spell(
            new FunctionReading(function.Name, [function]),
            changes,
            new SpellingContext(tree.GetText(), [new SpellingView(function, compilation, tree)]));
    }

    private static Change ChangeOf(MethodDeclarationSyntax method, string name, ScopeExtent extent)
    {
        var calls = method.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(i => i.Ancestors().OfType<StatementSyntax>().First() is ExpressionStatementSyntax s && s.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == name))
            .ToList();
        var releases = calls.Where(i => Callee(i) is "Close" or "Dispose" or "FreeHGlobal" or "Exit").Select(CallOf).ToImmutableArray();
        var isMemory = calls.Any(i => Callee(i) == "FreeHGlobal");
        var isLock = calls.Any(i => Callee(i) == "Exit");
        var releaser = new Releaser("Free", Operand.Result) { IgnoresEmpty = true };
        var resource = new Resource
        {
            Name = "r",
            Kind = ResourceKind.Handle,
            Releasers = [releaser],
            Scoped = ImmutableDictionary<string, string>.Empty.Add("bcl", isMemory ? "try-finally" : isLock ? "lock" : "using"),
        };
        if (isLock)
            return new HoldLock(CallOf(calls.First(i => Callee(i) == "Enter")), releases, resource, releaser);

        var declarator = method.DescendantNodes().OfType<VariableDeclaratorSyntax>().Single(v => v.Identifier.ValueText == name);
        var acquisitions = method.DescendantNodes().OfType<AssignmentExpressionSyntax>()
            .Where(a => a.Left is IdentifierNameSyntax { Identifier.ValueText: var n } && n == name)
            .Select(a => (Event)CallOf(a))
            .ToImmutableArray();
        if (acquisitions.IsEmpty)
            acquisitions = [CallOf(declarator)];

        var local = new FlowBuilder().NewLocal(name) with { Declaration = OriginOf(declarator) };
        return new ScopeLocal(local, resource, releaser, acquisitions, releases, extent);
    }

    private static string Callee(InvocationExpressionSyntax invocation) => invocation.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        _ => "",
    };

    private static Call CallOf(SyntaxNode node) => new(OriginOf(node), new Callee("f"), [], null);

    private static Origin OriginOf(SyntaxNode node) => new(new(node.SpanStart, node.Span.Length), node);

    private static string Program(string body) =>
        $$"""
        using System;
        using System.IO;
        using System.Runtime.InteropServices;
        using System.Threading;
        class T
        {
            private readonly object gate = new object();

            void M()
            {
        {{string.Join("\n", body.ReplaceLineEndings("\n").Split('\n').Select(l => l.Length == 0 ? l : "        " + l))}}
            }

            bool Bad() => false;
            void Work(MemoryStream s) { }
            void Fill(IntPtr p) { }
            void Prepare() { }
            void Done() { }
        }
        """;
}
