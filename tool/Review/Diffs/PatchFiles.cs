using System.Text;

namespace MigrateCleanup.Review.Diffs;

/// <summary>Patches as lists of files.</summary>
public static class PatchFiles
{
    private const string Header = "diff --git ";

    /// <summary>One patch of several that touch different files; files in ordinal order.</summary>
    public static byte[] Merged(IEnumerable<byte[]> patches)
    {
        var files = patches.SelectMany(p => Split(Encoding.Latin1.GetString(p))).OrderBy(f => f.Split('\n', 2)[0], StringComparer.Ordinal);
        return Encoding.Latin1.GetBytes(string.Concat(files));
    }

    /// <summary>Inside a hunk every line starts with a sign, so the header of a file is never mistaken.</summary>
    private static IEnumerable<string> Split(string patch)
    {
        for (var start = 0; start < patch.Length;)
        {
            var next = patch.IndexOf("\n" + Header, start, StringComparison.Ordinal);
            var end = next < 0 ? patch.Length : next + 1;
            yield return patch[start..end];
            start = end;
        }
    }
}
