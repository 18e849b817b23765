namespace MigrateCleanup.Cli.Options;

/// <summary>Finds what the user may have meant by a word that means nothing.</summary>
public static class Nearest
{
    /// <summary>A question for the end of a message, or nothing where no word is near.</summary>
    public static string Question(string word, IEnumerable<string> known)
    {
        var farthest = Math.Max(1, word.Length / 3);
        var best = known.Select(k => (Word: k, Distance: Distance(word, k)))
            .Where(k => k.Distance <= farthest)
            .OrderBy(k => k.Distance).ThenBy(k => k.Word, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Word is null ? "" : $"; did you mean '{best.Word}'?";
    }

    /// <summary>How many letters must come, go, change, or change places with their neighbours.</summary>
    private static int Distance(string left, string right)
    {
        var costs = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    costs[i, j] = i + j;
                    continue;
                }

                var change = costs[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                costs[i, j] = Math.Min(change, Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
            }
        }

        return costs[left.Length, right.Length];
    }
}
