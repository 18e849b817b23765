using System.Collections.Immutable;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Index;

/// <summary>A function as a prototype or definition states it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ReturnType">With its stars: <c>char *</c>, <c>void</c>.</param>
/// <param name="FirstParameter">The type of the first parameter with its stars; empty without parameters.</param>
/// <param name="ParameterCount">How many there are.</param>
/// <param name="NeverReturns">An attribute says so.</param>
public sealed record FunctionFact(string Name, string ReturnType, string FirstParameter, int ParameterCount, bool NeverReturns);

/// <summary>What one file tells the rest of the codebase. Holds no tree and no text of the file.</summary>
public sealed class FileFacts
{
    public string Path { get; private init; } = "";

    /// <summary>The included names, with their quotes or angle brackets.</summary>
    public ImmutableArray<string> Includes { get; private init; } = [];

    public ImmutableArray<FunctionFact> Functions { get; private init; } = [];

    /// <summary>Typedef names with the type they stand for.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Typedefs { get; private init; } = [];

    public ImmutableArray<MacroFact> Macros { get; private init; } = [];

    /// <summary>Macros at file level with their arguments: clean-up declarations among them.</summary>
    public ImmutableArray<CleanupDeclaration> Declarations { get; private init; } = [];

    /// <summary>Bodies of functions that by their names and parameters may release what they are given.</summary>
    public ImmutableArray<ReleaserBody> Releasers { get; private init; } = [];

    /// <summary>How often each of the words that somebody asked for stands in the file.</summary>
    public ImmutableDictionary<string, int> Words { get; private init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Reads the facts of a file.</summary>
    /// <param name="tree">The file.</param>
    /// <param name="counted">The words to count.</param>
    public static FileFacts Of(SourceFileTree tree, IReadOnlySet<string> counted)
    {
        var functions = ImmutableArray.CreateBuilder<FunctionFact>();
        var typedefs = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        var macros = ImmutableArray.CreateBuilder<MacroFact>();
        var declarations = ImmutableArray.CreateBuilder<CleanupDeclaration>();
        var releasers = ImmutableArray.CreateBuilder<ReleaserBody>();
        foreach (var item in tree.Items)
        {
            switch (item)
            {
                case FunctionNode function:
                    var fact = FactOf(function.Specifiers, function.Declarator);
                    functions.Add(fact);
                    if (ReleaserBody.Of(function, fact) is { } body)
                        releasers.Add(body);

                    break;
                case DeclarationItemNode { Declaration: { IsTypedef: true } typedef }:
                    foreach (var declarator in typedef.Declarators)
                        typedefs.Add(new(declarator.Name, declarator.IsFunctionPointer ? "void *" : TypeOf(typedef.Specifiers, declarator)));

                    break;
                case DeclarationItemNode { Declaration: var declaration }:
                    foreach (var declarator in declaration.Declarators.Where(d => d.IsFunction))
                        functions.Add(FactOf(declaration.Specifiers, declarator));

                    break;
                case MacroItemNode macro:
                    declarations.Add(new CleanupDeclaration(macro.Name, macro.Arguments));
                    break;
                case DefineNode define:
                    macros.Add(MacroFact.Of(define));
                    break;
            }
        }

        return new FileFacts
        {
            Path = tree.Path,
            Includes = [.. tree.Items.OfType<IncludeNode>().Select(i => i.Name)],
            Functions = functions.ToImmutable(),
            Typedefs = typedefs.ToImmutable(),
            Macros = macros.ToImmutable(),
            Declarations = declarations.ToImmutable(),
            Releasers = releasers.ToImmutable(),
            Words = Counted(tree, counted),
        };
    }

    private static FunctionFact FactOf(SpecifiersNode specifiers, DeclaratorNode declarator)
    {
        var first = declarator.Parameters is [var parameter, ..] ? TypeOf(parameter.Specifiers, parameter.Declarator) : "";
        var neverReturns = specifiers.Words.Concat(declarator.Attributes).Any(w => SaysNoReturn(w.Name) || (w.Arguments is { } text && SaysNoReturn(text)));
        return new FunctionFact(declarator.Name, TypeOf(specifiers, declarator), first, declarator.Parameters.Length, neverReturns);
    }

    private static bool SaysNoReturn(string text) =>
        text.Contains("noreturn", StringComparison.OrdinalIgnoreCase) || text.Contains("no_return", StringComparison.OrdinalIgnoreCase);

    private static string TypeOf(SpecifiersNode specifiers, DeclaratorNode declarator)
    {
        var pointers = declarator.Pointers + (declarator is { IsArray: true } or { IsFunctionPointer: true } ? 1 : 0);
        return pointers == 0 ? specifiers.Type : specifiers.Type + " " + new string('*', pointers);
    }

    private static ImmutableDictionary<string, int> Counted(SourceFileTree tree, IReadOnlySet<string> counted)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = (counted as HashSet<string> ?? counted.ToHashSet(StringComparer.Ordinal)).GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var token in tree.Tokens)
        {
            if (token.Kind == TokenKind.Identifier && lookup.TryGetValue(tree.Text.AsSpan(token.Start, token.Length), out var word))
                counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        return counts.ToImmutableDictionary(StringComparer.Ordinal);
    }
}
