using System.Collections.Immutable;
using MigrateCleanup.Engine.Languages;

namespace MigrateCleanup.C;

/// <summary>What the project's own compiler says about files with other texts. Asked from several threads.</summary>
public interface ICompilerCheck
{
    /// <summary>What it says about a file whose text is this one, that it does not say about the file as it is on the disk.</summary>
    ImmutableArray<CompilerProblem> NewProblems(string path, string text, IReadOnlyDictionary<string, string> otherTexts);
}
