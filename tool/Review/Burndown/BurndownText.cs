using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MigrateCleanup.Engine.Pipeline;

namespace MigrateCleanup.Review.Burndown;

/// <summary>What was done by hand at one moment of a codebase's history.</summary>
public sealed record BurndownPoint(string Date, string Revision, ManualWork Work);

/// <summary>The burn-down as a terminal shows it. Without colours it is plain text, the same otherwise.</summary>
public sealed class BurndownText(bool colours)
{
    private const int BarWidth = 24;
    private const int LongestName = 60;
    private const string Bold = "1";
    private const string Blue = "34";
    private const string Green = "32";
    private const string Red = "31";
    private const string Faint = "2";

    /// <summary>Directories, those with most to do first.</summary>
    public string Directories(DirectoryCounts counts)
    {
        if (counts.Directories.IsEmpty)
            return "Nothing is cleaned up by hand here.\n";

        var rows = counts.Directories.OrderByDescending(d => d.Value.Total).ThenBy(d => d.Key, StringComparer.Ordinal).ToImmutableArray();
        var width = Math.Min(LongestName, Math.Max("total".Length, rows.Max(r => Printable(r.Key).Length)));
        var most = rows[0].Value.Total;
        var text = new StringBuilder();
        text.Append(Painted($"{"directory".PadRight(width)}  {"".PadRight(BarWidth)}  {"jumps",7}  {"releases",8}  {"oom checks",10}", Faint)).Append('\n');
        foreach (var (name, work) in rows)
            text.Append(Row(Cut(Printable(name), width).PadRight(width), Bar(work.Total, most), work)).Append('\n');

        return text.Append(Painted(Row("total".PadRight(width), "".PadRight(BarWidth), counts.Total), Bold)).Append('\n').ToString();
    }

    /// <summary>The way from the first point to the last, which is now.</summary>
    public string Trend(IReadOnlyList<BurndownPoint> points)
    {
        var most = Math.Max(1, points.Max(p => p.Work.Total));
        var width = points.Max(p => p.Revision.Length);
        var text = new StringBuilder();
        text.Append(Painted($"{"date",-10}  {"revision".PadRight(width)}  {"".PadRight(BarWidth)}  {"jumps",7}  {"releases",8}  {"oom checks",10}", Faint)).Append('\n');
        foreach (var point in points)
            text.Append(Row($"{point.Date,-10}  {point.Revision.PadRight(width)}", Bar(point.Work.Total, most), point.Work)).Append('\n');

        var change = points[^1].Work - points[0].Work;
        text.Append('\n').Append("since then: ")
            .Append(Changed("clean-up jumps", change.Jumps)).Append(", ")
            .Append(Changed("releases by hand", change.Releases)).Append(", ")
            .Append(Changed("out-of-memory checks", change.OutOfMemoryChecks)).Append('\n');
        return text.ToString();
    }

    private static string Row(string name, string bar, ManualWork work) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}  {bar}  {work.Jumps,7}  {work.Releases,8}  {work.OutOfMemoryChecks,10}");

    /// <summary>A bar in eighths of a character, never empty for a count that is not zero.</summary>
    private string Bar(int count, int most)
    {
        var eighths = most == 0 ? 0 : (int)Math.Ceiling(8.0 * BarWidth * count / most);
        var bar = new string('█', eighths / 8) + (eighths % 8 == 0 ? "" : "▏▎▍▌▋▊▉"[(eighths % 8) - 1]);
        return Painted(bar, Blue) + new string(' ', BarWidth - bar.Length);
    }

    private string Changed(string what, int change) =>
        Painted($"{what} {(change > 0 ? "+" : "")}{change.ToString(CultureInfo.InvariantCulture)}", change < 0 ? Green : change > 0 ? Red : Faint);

    private string Painted(string text, string code) => colours && text.Length > 0 ? $"\e[{code}m{text}\e[m" : text;

    private static string Cut(string name, int width) => name.Length <= width ? name : "…" + name[^(width - 1)..];

    /// <summary>Names of directories may hold anything; no escape of theirs reaches a terminal.</summary>
    private static string Printable(string name) => new([.. name.Select(c => char.IsControl(c) ? '?' : c)]);
}
