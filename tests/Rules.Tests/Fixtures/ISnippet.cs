using System.Collections.Immutable;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Rules.Tests.Fixtures;

/// <summary>A snippet as its language reads it, with the catalogue and the style that hold for it.</summary>
public sealed record OpenedSnippet(ICodebase Codebase, Catalogue Catalogue, string Style);

/// <summary>How a snippet of a language becomes code: what stands around it, and what its compiler says.</summary>
public interface ISnippet
{
    /// <summary>Where the snippet starts in the file.</summary>
    int Offset { get; }

    /// <summary>The snippet in a file; null when the text around it was touched.</summary>
    string? Unwrapped(string file);

    /// <summary>Its codebase expects allocations to fail: a check for that is no mistake.</summary>
    bool HandlesOutOfMemory { get; }

    OpenedSnippet Open(string text, ImmutableArray<CatalogueFacts> pairs);

    /// <summary>What the compiler says, warnings included, without places; errors start with "Error".</summary>
    ImmutableArray<string> Diagnostics(string text);

    /// <summary>The comments of a text; one that trails the declaration of a removed variable may go with it.</summary>
    IEnumerable<(string Text, bool TrailsDeclaration)> Comments(string text);
}
