using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace MigrateCleanup.Rules;

/// <summary>A fenced block. <see cref="Kind"/> is empty for a snippet, else <c>after</c>, <c>check</c> or <c>pairs</c>.</summary>
public sealed record FixtureBlock(string Language, string Kind, ImmutableDictionary<string, string> Options, string Text)
{
    /// <summary>The lines of the file, from zero, that hold the text: the fences stand just outside.</summary>
    public (int First, int End) Lines { get; init; }
}

/// <summary>One example of what a rule does or refuses.</summary>
public sealed record FixtureSection(string Heading, string Prose, ImmutableArray<FixtureBlock> Blocks)
{
    /// <summary>The hazards that its heading names.</summary>
    public ImmutableArray<int> Hazards { get; init; } = [];

    /// <summary>It stands below "Known gaps": what it shows should be said and is not.</summary>
    public bool IsKnownGap { get; init; }

    public FixtureBlock? Snippet => Blocks.FirstOrDefault(b => b.Kind.Length == 0);

    public FixtureBlock? Of(string kind) => Blocks.FirstOrDefault(b => b.Kind == kind);
}

/// <summary>
/// A rule's fixture: specification, tests and documentation in one Markdown file. The format is described in
/// <c>fixtures/README.md</c>.
/// </summary>
public sealed partial record Fixture(string Title, string Prose, ImmutableArray<FixtureSection> Sections)
{
    public static Fixture Parse(string text) => new Parser(text).Run();

    [GeneratedRegex(@"^(?<marks>#{1,6})\s+(?<title>.*?)(?:\s*\{hazard (?<hazards>[\d, ]+)\})?\s*$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^(?<fence>`{3,}|~{3,})\s*(?<info>.*?)\s*$")]
    private static partial Regex Fence();

    private sealed class Parser(string text)
    {
        private const string KnownGaps = "Known gaps";

        private readonly string[] _lines = text.ReplaceLineEndings("\n").Split('\n');
        private readonly ImmutableArray<FixtureSection>.Builder _sections = ImmutableArray.CreateBuilder<FixtureSection>();
        private readonly List<string> _prose = [];
        private readonly List<FixtureBlock> _blocks = [];
        private (string Title, string Prose)? _file;
        private string? _heading;
        private ImmutableArray<int> _hazards = [];
        private int _gapsLevel;

        public Fixture Run()
        {
            for (var i = 0; i < _lines.Length; i++)
            {
                if (Fence().Match(_lines[i]) is { Success: true } fence)
                    i = Block(fence, i);
                else if (Heading().Match(_lines[i]) is { Success: true } heading)
                    Begin(heading);
                else
                    _prose.Add(_lines[i]);
            }

            Finish();
            var (title, prose) = _file ?? ("", "");
            return new Fixture(title, prose, _sections.ToImmutable());
        }

        private void Begin(Match heading)
        {
            Finish();
            _heading = heading.Groups["title"].Value;
            _hazards = [.. heading.Groups["hazards"].Value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

            var level = heading.Groups["marks"].Length;
            if (_heading == KnownGaps)
                _gapsLevel = level;
            else if (level <= _gapsLevel)
                _gapsLevel = 0;
        }

        private void Finish()
        {
            var prose = string.Join('\n', _prose).Trim();
            if (_heading is { } heading)
            {
                if (_blocks.Count > 0)
                {
                    _sections.Add(new FixtureSection(heading, prose, [.. _blocks])
                    {
                        Hazards = _hazards,
                        IsKnownGap = _gapsLevel > 0,
                    });
                }

                _file ??= (heading, prose);
            }

            _prose.Clear();
            _blocks.Clear();
        }

        private int Block(Match fence, int at)
        {
            var marks = fence.Groups["fence"].Value;
            var end = at + 1;
            while (end < _lines.Length && _lines[end].TrimEnd() != marks)
                end++;

            var words = fence.Groups["info"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var options = words.Skip(1).Where(w => w.Contains('=', StringComparison.Ordinal)).Select(w => w.Split('=', 2));
            _blocks.Add(new FixtureBlock(
                words.FirstOrDefault() ?? "",
                words.Skip(1).FirstOrDefault(w => !w.Contains('=', StringComparison.Ordinal)) ?? "",
                options.ToImmutableDictionary(o => o[0], o => o[1], StringComparer.Ordinal),
                string.Concat(_lines[(at + 1)..end].Select(l => l + "\n")))
            {
                Lines = (at + 1, end),
            });
            return end;
        }
    }
}
