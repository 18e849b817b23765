using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Spelling;

/// <summary>What spelling asks of the codebase: which names are there, and which of them a file sees.</summary>
public interface ISpellingNames : ICodebaseNames
{
    /// <summary>The file includes, through others or itself, what defines the macro; true also where that cannot be told.</summary>
    bool Sees(string path, string macro);

    /// <summary>How the header that defines the macro is included by the codebase (<c>"virfile.h"</c>); null when it is not known.</summary>
    string? HeaderOf(string macro);
}

/// <summary>What is needed to spell changes to a function of one file.</summary>
public sealed record CSpellingInput(SourceFileTree File, Style Style, ISpellingNames Names);
