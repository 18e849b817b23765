using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MigrateCleanup.Engine.Verification;

namespace MigrateCleanup.Engine.Tests.Verification;

/// <summary>One rewrite, as a section of <c>right.md</c>, <c>wrong.md</c> or <c>doubtful.md</c> shows it.</summary>
internal sealed record VerificationCase(string Name, string Before, string After, ImmutableArray<string> Allowed, bool OutOfMemory)
{
    public Verdict Verdict => Verifier.Verify(
        Listing.Parse(Before),
        Listing.Parse(After),
        new SmallWorld(),
        new VerificationOptions { AllowOutOfMemoryRemoval = OutOfMemory });

    public static IEnumerable<VerificationCase> In(string file, [CallerFilePath] string here = "")
    {
        var text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, file));
        foreach (var section in text.Split("\n## ").Skip(1))
        {
            var lines = section.Split('\n');
            yield return new VerificationCase(
                lines[0].Trim(),
                Fence(section, "before"),
                Fence(section, "after"),
                [.. Line(lines, "Allowed: ").Split(", ", StringSplitOptions.RemoveEmptyEntries)],
                Line(lines, "Options: ").Contains("out-of-memory", StringComparison.Ordinal));
        }
    }

    private static string Line(string[] lines, string start) =>
        lines.FirstOrDefault(l => l.StartsWith(start, StringComparison.Ordinal))?[start.Length..].Trim() ?? "";

    private static string Fence(string section, string name)
    {
        var start = section.IndexOf("```" + name + "\n", StringComparison.Ordinal) + name.Length + 4;
        return section[start..section.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
