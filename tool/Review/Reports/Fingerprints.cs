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
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var result = ImmutableArray.CreateBuilder<ReportedFinding>();
        foreach (var finding in findings)
        {
            var key = string.Join('\n', finding.RuleId, finding.At.Path, finding.Function, finding.Message);
            var count = seen[key] = seen.GetValueOrDefault(key) + 1;
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{count}"));
            result.Add(finding with { Fingerprint = Convert.ToHexStringLower(hash.AsSpan(0, 12)) });
        }

        return result.ToImmutable();
    }
}
