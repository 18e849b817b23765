using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using MigrateCleanup.C;
using MigrateCleanup.C.Styles;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Rules.Tests.Fixtures;

/// <summary>
/// A snippet of C is a list of functions and declarations. It includes the prelude of its style
/// (<c>fixtures/c/preludes/STYLE.h</c>), which declares what a codebase of that style has.
/// </summary>
public sealed partial class CSnippet : ISnippet
{
    private const string Path = "snippet.c";
    private const string Plain = "plain";

    /// <summary>Styles for which no compiler at hand has a word.</summary>
    private static readonly string[] s_uncompiled = ["defer"];

    private static readonly StyleSet s_styles = StyleSet.Shipped(Catalog.Styles);
    private static readonly string s_preludes = System.IO.Path.Combine(FixtureFiles.Root, "c", "preludes");
    private static readonly ConcurrentDictionary<string, ImmutableArray<string>> s_said = new(StringComparer.Ordinal);

    private readonly string _style;
    private readonly string _prefix;
    private readonly string[] _symbols;

    public CSnippet(FixtureBlock block, string text)
    {
        _style = block.Options.GetValueOrDefault("style", Plain);
        _symbols = block.Options.GetValueOrDefault("symbols", "").Split('|');
        var newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        _prefix = $"#include \"{_style}.h\"{newLine}";
    }

    public bool HandlesOutOfMemory => s_styles[_style] is not { AllocatorAborts: true };

    public int Offset => _prefix.Length;

    public string? Unwrapped(string file) => file.StartsWith(_prefix, StringComparison.Ordinal) ? file[_prefix.Length..] : null;

    public OpenedSnippet Open(string text, ImmutableArray<CatalogueFacts> pairs)
    {
        var texts = new Dictionary<string, string> { [Path] = _prefix + text };
        foreach (var prelude in PreludesOf(_style + ".h"))
            texts[prelude] = PreludeOf(prelude);

        var settings = new CSettings(s_styles, Catalog.FactsFor("c", pairs), Catalog.ReleaserWords) { Style = _style == Plain ? null : _style };
        var codebase = CCodebase.Create(texts, p => p == Path, settings);
        return new OpenedSnippet(codebase, codebase.Catalogue, codebase.Style?.Name ?? "");
    }

    public ImmutableArray<string> Diagnostics(string text) =>
        s_uncompiled.Contains(_style) ? [] : [.. _symbols.SelectMany(s => s_said.GetOrAdd($"{s}\0{_prefix}{text}", _ => Compile(s, _prefix + text)))];

    public IEnumerable<(string Text, bool TrailsDeclaration)> Comments(string text) =>
        from Match match in CommentOrText().Matches(text)
        where match.Groups["comment"].Success
        let line = text[(text.LastIndexOf('\n', Math.Max(0, match.Index - 1)) + 1)..match.Index]
        select (match.Value.TrimEnd(), Declaration().IsMatch(line));

    /// <summary>A prelude and those that it includes.</summary>
    private static IEnumerable<string> PreludesOf(string file) =>
        [file, .. Inclusion().Matches(PreludeOf(file)).SelectMany(m => PreludesOf(m.Groups["file"].Value))];

    private static string PreludeOf(string file) => File.ReadAllText(System.IO.Path.Combine(s_preludes, file));

    private static ImmutableArray<string> Compile(string symbols, string text)
    {
        var start = new ProcessStartInfo("gcc") { RedirectStandardInput = true, RedirectStandardError = true, UseShellExecute = false };
        string[] arguments = ["-fsyntax-only", "-std=gnu11", "-Wall", "-Wextra", "-I", s_preludes, "-x", "c", "-"];
        foreach (var argument in symbols.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(s => "-D" + s).Concat(arguments))
            start.ArgumentList.Add(argument);

        start.Environment["LC_ALL"] = "C";
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(text);
            process.StandardInput.Close();
            process.WaitForExit();
            return [.. from Match match in Message().Matches(error.Result) select match.Groups["kind"].Value == "warning" ? $"Warning {match.Groups["text"].Value}" : $"Error {match.Groups["text"].Value}"];
        }
        catch (Win32Exception)
        {
            // Where there is no compiler, the other laws still hold.
            return [];
        }
    }

    [GeneratedRegex(@"(?<comment>/\*[\s\S]*?\*/|//[^\r\n]*)|""(?:\\.|[^""\\\r\n])*""|'(?:\\.|[^'\\\r\n])*'")]
    private static partial Regex CommentOrText();

    [GeneratedRegex(@"^#include ""(?<file>[^""]+)""", RegexOptions.Multiline)]
    private static partial Regex Inclusion();

    [GeneratedRegex(@"^\s*(?:\w+\s+)+\**\w+\s*(?:=[^;]*)?;\s*$")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^[^:\n]+:\d+:(?:\d+:)? (?<kind>warning|error|fatal error): (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Message();
}
