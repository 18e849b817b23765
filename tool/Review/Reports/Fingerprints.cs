using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace MigrateCleanup.Review.Reports;

/// <summary>
/// Names findings across runs. A name is made of the rule, the file, the function and the message, and of a count where
/// those are equal; lines are no part of it, so that an edit elsewhere in the file leaves it as it is.
/// </summary>
public static class Fingerprints
{
    public static ImmutableArray<ReportedFinding> Added(IEnumerable<ReportedFinding> findings)
    {
        var names = new Namer();
        return [.. findings.Select(f => f with { Fingerprint = names.NameOf(f.RuleId, f.At.Path, f.Function, f.Message) })];
    }

    /// <summary>Gives names in the order of one report, so that equal things are counted.</summary>
    public sealed class Namer
    {
        private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);

        public string NameOf(string rule, string path, string function, string message)
        {
            var key = string.Join('\n', rule, path, function, message);
            var count = _seen[key] = _seen.GetValueOrDefault(key) + 1;
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{count}"));
            return Convert.ToHexStringLower(hash.AsSpan(0, 12));
        }
    }
}
