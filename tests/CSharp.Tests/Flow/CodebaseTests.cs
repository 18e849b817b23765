using MigrateCleanup.CSharp.Codebase;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Rules;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace MigrateCleanup.CSharp.Tests.Flow;

/// <summary>Files as projects see them: views, snapshots, problems, and what cannot be read.</summary>
public sealed class CodebaseTests
{
    private const string Releasing =
        """
        static int Read(int size)
        {
            System.IntPtr p = Marshal.AllocHGlobal(size);
        #if FAST
            if (size > 3)
                goto done;
        #elif SLOW
            Missing(size);
        #endif
            Use(p);
        done:
            Marshal.FreeHGlobal(p);
            return size;
        }
        static extern void Use(System.IntPtr p);
        """;

    [Fact]
    public void EachCombinationOfSymbolsInsideAFunctionIsAView()
    {
        var reading = Snippets.Codebase(Snippets.AsFile(Releasing)).Read(Snippets.Path);
        var function = Assert.Single(reading.Functions);

        // Without symbols, and with FAST; what SLOW switches on does not bind.
        Assert.Equal([0, 1], function.Views.Select(v => v.Jumps.Length));
        Assert.Equal("!FAST SLOW", Assert.Single(function.Dropped));
        Assert.All(function.Views, v => Assert.True(v.Traits.HasFlag(FunctionTraits.Conditional)));
    }

    [Fact]
    public void WhatHasNoNameForTheCompilerIsMarked()
    {
        var text = Snippets.AsFile("static void F(Stream s) { s.ReadByte(); Missing(s); s.Lost(); s.Dispose(); }");
        var function = Assert.Single(Snippets.Codebase(text).Read(Snippets.Path).Functions);
        Assert.Equal(
            ["?get Missing", "?Missing", "?Lost"],
            function.Primary.Graph.Events.OfType<Call>().Where(c => c.Callee.IsUnresolved).Select(c => c.Callee.Name));
    }

    [Fact]
    public void EachProjectIsAView()
    {
        var text = Snippets.AsFile("static void F() { \n#if A\nusing var s = new MemoryStream();\n#else\nvar s = new MemoryStream(); s.Dispose();\n#endif\n}");
        var function = Assert.Single(Snippets.Codebase(text, [[], ["A"]]).Read(Snippets.Path).Functions);
        Assert.Equal(2, function.Views.Length);
    }

    [Theory]
    [InlineData("return n;", "return n + Missing.Limit;", true)]
    [InlineData("return Missing.Limit;", "return Missing.Limit + Missing.Limit;", false)]
    [InlineData("return Missing.Limit;", "return Missing.Limit + Gone.Limit;", true)]
    public void WhatAProjectLacksIsNothingNewWhenItIsMissedAgain(string before, string after, bool isNew)
    {
        static string File(string body) => $"class C {{ int F(int n) {{ {body} }} }}";

        var original = Snippets.Codebase(File(before));
        var changed = original.With(new Dictionary<string, string> { [Snippets.Path] = File(after) });
        Assert.Equal(isNew, !((CSharpCodebase)changed).NewProblems(original, [Snippets.Path]).IsEmpty);
    }

    [Theory]
    [InlineData("// a\nusing System;\nusing System.Threading;\n\nclass C { Action A; object O; void F() { Monitor.Enter(O); } }", "// a\nusing System;\n\nclass C { Action A; object O; void F() { lock (O) { } } }")]
    [InlineData("using System.Threading;\n\nclass C { object O; void F() { Monitor.Enter(O); } }", "class C { object O; void F() { lock (O) { } } }")]
    [InlineData("using System.Threading;\n\nclass C { object O; Thread T; void F() { Monitor.Enter(O); } }", null)]
    [InlineData("using System.Threading;\n\nclass C { object O; /// <see cref=\"Thread\"/>\n void F() { Monitor.Enter(O); } }", null)]
    [InlineData("using System.Threading; // for the lock\n\nclass C { object O; void F() { Monitor.Enter(O); } }", null)]
    [InlineData("using System.Threading;\n\nclass C { object O; void F() { Monitor.Enter(O);\n#if X\nThread.Sleep(1);\n#endif\n } }", null)]
    [InlineData("using System.IO;\nusing System.Threading;\n\nclass C { object O; void F() { Monitor.Enter(O); } }", "using System.IO;\n\nclass C { object O; void F() { lock (O) { } } }")]
    public void WhatOnlyARewriteLeftUnneededIsLeftOver(string before, string? after)
    {
        var tree = CSharpSyntaxTree.ParseText(before, path: Snippets.Path);
        var original = CSharpCodebase.Create([new CSharpProject("p", Snippets.Compilation("").RemoveAllSyntaxTrees().AddSyntaxTrees(tree))], Catalog.CatalogueFor("cs"));
        var text = before.Replace("Monitor.Enter(O);", "lock (O) { }", StringComparison.Ordinal);
        var changed = original.With(new Dictionary<string, string> { [Snippets.Path] = text });
        Assert.Equal(after ?? text, TextEdits.Apply(text, changed.Leftovers(original, Snippets.Path)));
    }

    [Theory]
    [InlineData("Close();", true)]
    [InlineData("File.Delete(\"a\");", false)]
    public void AnInterfaceIsKnownByAllThatImplementItWhoeverSeesThem(string disposes, bool closesAlike)
    {
        const string library =
            """
            using System; using System.IO;
            public interface IBook : IDisposable { void Close(); }
            public class Novel : IBook
            {
                public void Close() => Console.WriteLine();
                public void Dispose() => Close();
                static void Read(IBook book) { try { Console.WriteLine(); } finally { book?.Close(); } }
            }
            """;
        var first = Snippets.Compilation(library);
        var text = $"using System; using System.IO; class Draft : IBook {{ public void Close() => Console.WriteLine(); public void Dispose() {{ {disposes} }} }}";
        var second = CSharpCompilation.Create("second", [CSharpSyntaxTree.ParseText(text, path: "Draft.cs")], [.. first.References, first.ToMetadataReference()], first.Options);
        var codebase = CSharpCodebase.Create([new CSharpProject("first", first), new CSharpProject("second", second)], Catalog.CatalogueFor("cs"));
        var read = codebase.Read(Snippets.Path).Functions.Single(f => f.Name.Contains("Read", StringComparison.Ordinal));
        var closing = read.Primary.Graph.Events.OfType<Call>().First(c => c.Callee.Name == "IBook.Close");
        Assert.Equal(closesAlike, closing.Callee.Names.Any(n => n.StartsWith("like:", StringComparison.Ordinal)));
    }

    [Fact]
    public void TooManySymbolsAreUnparsed()
    {
        var lines = string.Concat("ABCDE".Select(c => $"\n#if {c}\nsize++;\n#endif\n"));
        var text = Snippets.AsFile($"static void F(int size) {{ {lines} Marshal.FreeHGlobal(default); }}");
        var unparsed = Assert.Single(Snippets.Codebase(text).Read(Snippets.Path).Unparsed);
        Assert.Contains("more than 16 combinations", unparsed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void AFunctionWithASyntaxErrorIsUnparsedAndTheOthersAreRead()
    {
        var text = Snippets.AsFile("void F() { Marshal.FreeHGlobal(default; }\nvoid G() { Marshal.FreeHGlobal(default); }");
        var reading = Snippets.Codebase(text).Read(Snippets.Path);
        Assert.Equal("C.G()", Assert.Single(reading.Functions).Name);
        Assert.Single(reading.Unparsed);
    }

    [Fact]
    public void DeepNestingIsReadOrUnparsedButNeverEndsTheProgram()
    {
        const int Depth = 2000;
        var blocks = string.Concat(Enumerable.Repeat("if (x > 0) {", Depth)) + "Marshal.FreeHGlobal(default);" + new string('}', Depth);
        var sums = string.Join(" + ", Enumerable.Repeat("x", Depth));
        var calls = string.Concat(Enumerable.Repeat("F(", Depth)) + "x" + new string(')', Depth);
        var text = Snippets.AsFile(
            $"int F(int x) {{ {blocks} return 0; }}\nint G(int x) {{ Marshal.FreeHGlobal(default); return {sums}; }}\n"
            + $"int H(int x) {{ Marshal.FreeHGlobal(default); return {calls}; }}\nvoid I() {{ Marshal.FreeHGlobal(default); }}");
        var reading = Snippets.Codebase(text).Read(Snippets.Path);
        Assert.Contains(reading.Functions, f => f.Name == "C.I()");
        Assert.Equal(4, reading.Functions.Length + reading.Unparsed.Length);
    }

    [Fact]
    public void ANewSnapshotLeavesTheOldOneAlone()
    {
        var old = Snippets.Codebase(Snippets.AsFile("void F() { Marshal.FreeHGlobal(default); }"));
        var text = Snippets.AsFile("void F() { int unused = Missing; Marshal.FreeHGlobal(default); }");
        var changed = old.With(new Dictionary<string, string> { [Snippets.Path] = text });
        Assert.Equal(text, changed.TextOf(Snippets.Path));
        Assert.NotEqual(text, old.TextOf(Snippets.Path));
        Assert.Equal(["CS0103"], changed.NewProblems(old, [Snippets.Path]).Select(p => p.Id));
        Assert.Empty(old.NewProblems(old, [Snippets.Path]));
    }

    [Fact]
    public void ProblemsAreComparedByWhatTheySayNotWhere()
    {
        var old = Snippets.Codebase(Snippets.AsFile("void F() { int unused; }"));
        var moved = old.With(new Dictionary<string, string> { [Snippets.Path] = Snippets.AsFile("\n\nvoid F() { ; int unused; }") });
        var twice = old.With(new Dictionary<string, string> { [Snippets.Path] = Snippets.AsFile("void F() { int unused; { } }\nvoid G() { int unused; }") });
        Assert.Empty(moved.NewProblems(old, [Snippets.Path]));
        Assert.Equal("CS0168", Assert.Single(twice.NewProblems(old, [Snippets.Path])).Id);
    }

    [Fact]
    public void OnlyTheNamedFunctionsAreReadAgain()
    {
        var codebase = Snippets.Codebase(Snippets.AsFile("void F() { }\nvoid F(int n) { }\nint P { get => 1; set { } }\nvoid G() { System.Action a = () => { }; void L(ref int x) { } }"));
        string[] names = ["C.F()", "C.P.set", "C.G().lambda 1", "C.G().L(ref int)"];
        Assert.Equal(names, codebase.Read(Snippets.Path, names.ToHashSet()).Functions.Select(f => f.Name));
    }

    [Fact]
    public void SuppressionsStandOnTheirFunctions()
    {
        var text = Snippets.AsFile(
            """
            // migrate-cleanup: off
            void F() { Marshal.FreeHGlobal(default); }
            void G() { Marshal.FreeHGlobal(default); /* migrate-cleanup: off(cs/leak) */ }
            void H() { Marshal.FreeHGlobal(default); }
            // migrate-cleanup: off
            int unrelated;
            """);
        var reading = Snippets.Codebase(text).Read(Snippets.Path);
        Assert.Equal([1, 1, 0], reading.Functions.Select(f => f.Suppressions.Length));
        Assert.Single(reading.Idle);
    }

    [Theory]
    [InlineData("A.g.cs", "class A { }", true)]
    [InlineData("Form.Designer.cs", "class A { }", true)]
    [InlineData("A.cs", "// <auto-generated/>\nclass A { }", true)]
    [InlineData("A.cs", "\uFEFF#region x\n/* This file was GENERATED by a tool. */\nclass A { }", true)]
    [InlineData("A.cs", "// Copyright\n// Do not edit.\nclass A { }", true)]
    [InlineData("A.cs", "// Copyright\n\n// <auto-generated>\nclass A { }", true)]
    [InlineData("A.cs", "/// <summary>Reads generated text.</summary>\nclass A { }", false)]
    [InlineData("A.cs", "// Copyright\n\n// Looks at generated code.\nclass A { }", false)]
    [InlineData("A.cs", "using System; // generated\nclass A { }", false)]
    public void GeneratedFilesAreKnown(string path, string text, bool isGenerated) =>
        Assert.Equal(isGenerated, GeneratedFiles.IsGenerated(path, text));
}
