using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>
/// One view of a function to be spelled: the tree it was read from and what the compiler knows of it. Every
/// <see cref="Origin.Syntax"/> in the function's graph is a node of <see cref="Tree"/>.
/// </summary>
public sealed class SpellingView(Function function, CSharpCompilation compilation, SyntaxTree tree)
{
    private SemanticModel? _model;

    public Function Function { get; } = function;

    public CSharpCompilation Compilation { get; } = compilation;

    public SyntaxTree Tree { get; } = tree;

    public LanguageVersion LanguageVersion => ((CSharpParseOptions)Tree.Options).LanguageVersion;

    /// <summary>Made when it is first asked for: most changes are spelled from syntax alone.</summary>
    public SemanticModel Model => _model ??= Compilation.GetSemanticModel(Tree);
}

/// <summary>The text of a file and every view of the function in it, the primary one first.</summary>
public sealed record SpellingContext(SourceText Text, ImmutableArray<SpellingView> Views)
{
    public SpellingView Primary => Views[0];
}
