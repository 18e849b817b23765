using System.Collections.Immutable;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Spelling;

/// <summary>What spelling asks of the codebase: which names are there, and which of them a file sees.</summary>
public interface ISpellingNames : ICodebaseNames
{
    /// <summary>The file includes, through others or itself, what defines the macro; true also where that cannot be told.</summary>
    bool Sees(string path, string macro);

    /// <summary>How a file includes the header that defines the macro (<c>"virfile.h"</c>); null when it is not known.</summary>
    string? HeaderOf(string path, string macro);

    /// <summary>What a file includes by this name decides what the system's headers bring: it must come before them.</summary>
    bool Configures(string path, string include);

    /// <summary>None of a library's headers, used elsewhere, is brought to any file of this one's folder.</summary>
    bool IsWithout(string path, ImmutableArray<string> headers);

    /// <summary>The codebase defines the macro, or the file includes one of these headers of a library, itself or through others.</summary>
    bool HasFrom(string path, string macro, ImmutableArray<string> headers);

    /// <summary>Nobody has used the library yet: what it brings (this name) is not there, and none of its headers is, for all that this file includes.</summary>
    bool IsNewTo(string path, string name, ImmutableArray<string> headers);

    /// <summary>Whoever is compiled with this file has one of a library's headers as well.</summary>
    bool IsOnlyWith(string path, ImmutableArray<string> headers);

    /// <summary>The file includes the other one, by itself or through others, or may do so as soon as it needs to.</summary>
    bool Includes(string path, string header);

    /// <summary>Whoever comes to see the macro sees what this file declares as well: it defines the macro, or is included by what does.</summary>
    bool Brings(string macro, string path);

    /// <summary>The macros that are another name of a function, and maybe of others.</summary>
    IEnumerable<string> AliasesOf(string function);

    /// <summary>The files that declare or define a function.</summary>
    IEnumerable<string> FilesOf(string function);

    /// <summary>The files that declare a name of a type.</summary>
    IEnumerable<string> FilesOfType(string name);

    /// <summary>The files that define the structure behind a name of a type.</summary>
    IEnumerable<string> FilesOfStruct(string typeName);
}

/// <summary>What is needed to spell changes to a function of one file.</summary>
/// <param name="File">The file.</param>
/// <param name="Style">How it is to be written.</param>
/// <param name="Names">What the codebase has.</param>
/// <param name="Others">Other files as they stand now; null for those that are not to be changed.</param>
public sealed record CSpellingInput(SourceFileTree File, Style Style, ISpellingNames Names, Func<string, SourceFileTree?> Others)
{
    /// <summary>What says here that a case is meant to go on with the next one.</summary>
    public Func<string> FallThrough { get; init; } = () => FallThroughHabit.Usual;

    /// <summary>Variables are declared before the statements of their block here.</summary>
    public Func<bool> DeclaresFirst { get; init; } = () => false;
}
