using System.Globalization;
using System.Text;

namespace MigrateCleanup.Review.Diffs;

/// <summary>File names as git spells them in a patch: with <c>/</c>, and quoted where they hold anything odd.</summary>
public static class GitPath
{
    /// <summary>The name with its prefix (<c>a/</c>), in quotes and with octal bytes where git would write them.</summary>
    public static string Quoted(string prefix, string path)
    {
        var result = new StringBuilder(prefix);
        var isOdd = false;
        foreach (var unit in Encoding.UTF8.GetBytes(path))
        {
            var escape = Escaped(unit);
            isOdd |= escape is not null;
            result.Append(escape ?? ((char)unit).ToString());
        }

        return isOdd ? $"\"{result}\"" : result.ToString();
    }

    /// <summary>The name as a line of text shows it: as it is, unless something in it would end the line or reach a terminal.</summary>
    public static string Shown(string path) => path.Any(char.IsControl) ? Quoted("", path) : path;

    /// <summary>What stands behind a name in a <c>---</c> or <c>+++</c> line: a name with a space ends in a tab, so that its end is seen.</summary>
    public static string Terminator(string path) => path.Contains(' ') ? "\t" : "";

    private static string? Escaped(byte unit) => unit switch
    {
        (byte)'"' => "\\\"",
        (byte)'\\' => @"\\",
        7 => @"\a",
        8 => @"\b",
        9 => @"\t",
        10 => @"\n",
        11 => @"\v",
        12 => @"\f",
        13 => @"\r",
        < 32 or >= 127 => "\\" + Convert.ToString(unit, 8).PadLeft(3, '0').ToString(CultureInfo.InvariantCulture),
        _ => null,
    };
}
