using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace MigrateCleanup.Differential.Tests.Traces;

/// <summary>What migrated functions did, held against what they did before.</summary>
/// <param name="Compared">How many sound runs of converted functions were compared.</param>
/// <param name="Converted">The functions that the migration changed.</param>
/// <param name="Differences">What differs, with the texts of the function.</param>
internal sealed record Comparison(int Compared, ImmutableArray<string> Converted, ImmutableArray<string> Differences)
{
    public static Comparison Of(
        ImmutableArray<Trace> before, ImmutableArray<Trace> after, string textBefore, string textAfter, ImmutableArray<string> converted)
    {
        if (before.Length != after.Length)
            throw new InvalidOperationException($"{before.Length} runs before, {after.Length} after");

        var (compared, differences) = (0, new List<string>());
        foreach (var (one, other) in before.Zip(after))
        {
            // What an unsound run does is not defined.
            if (!one.IsSound)
                continue;

            compared += converted.Contains(one.Function) ? 1 : 0;
            if (one.DifferenceTo(other) is { } difference && !differences.Any(d => d.StartsWith(one.Function + ":", StringComparison.Ordinal)))
                differences.Add(Told(one, other, difference, FunctionIn(textBefore, one.Function), FunctionIn(textAfter, one.Function)));
        }

        return new Comparison(compared, converted, [.. differences]);
    }

    private static string Told(Trace before, Trace after, string difference, string textBefore, string textAfter)
    {
        var told = new StringBuilder($"{before.Function}: {difference} (decisions {before.Decisions})\n");
        told.Append(textBefore).Append("--- becomes\n").Append(textAfter).Append("--- before\n");
        told.AppendJoin('\n', before.Lines).Append("\n--- after\n").AppendJoin('\n', after.Lines).Append('\n');
        return told.ToString();
    }

    /// <summary>The function's text, from its head to the brace that stands as far in as the head does.</summary>
    private static string FunctionIn(string text, string name)
    {
        var head = Regex.Match(text, $@"^( *)\w.*\b{Regex.Escape(name)}\(", RegexOptions.Multiline);
        var brace = $"\n{head.Groups[1].Value}}}\n";
        var end = head.Success ? text.IndexOf(brace, head.Index, StringComparison.Ordinal) : -1;
        return end < 0 ? "" : text[head.Index..(end + brace.Length)];
    }
}
