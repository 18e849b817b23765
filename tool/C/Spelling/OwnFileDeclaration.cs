using System.Collections.Immutable;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>
/// A clean-up declaration in the file that uses it. The releaser must be declared before it, or defined as a macro, under every
/// condition under which the declaration is compiled; and it must be compiled wherever it is used.
/// </summary>
/// <param name="missing">The declaration.</param>
/// <param name="function">The function that uses it.</param>
/// <param name="use">Where in the function.</param>
internal sealed class OwnFileDeclaration(MissingDeclaration missing, SpelledFunction function, int use)
{
    private readonly SourceFileTree _file = function.Input.File;
    private readonly CLayout _layout = function.Layout;
    private readonly Conditions _conditions = Conditions.Of(function.Input.File);

    /// <summary>Macros by which the file may call it.</summary>
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _aliases =
        function.Input.Names.AliasesOf(missing.Releaser).ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// It stands behind another of its kind, or behind what declares the releaser: a function of this file, or its includes.
    /// Where the releaser is known under conditions only, so is the declaration.
    /// <code>
    /// #include "widget.h"   →   #include "widget.h"
    ///
    ///                           DEFINE_CLEANUP(widget_free);
    /// </code>
    /// </summary>
    public Refusal? Add()
    {
        // Who includes a header may have one of his own.
        if (!_file.Path.EndsWith(".c", StringComparison.Ordinal) || KnownUnder() is not { } known || Anchor(known) is not { } anchor || anchor > function.Function.Span.Start)
            return SpellingRefusals.NeedsMacro;

        var beyond = known.Where(k => !_conditions.At(anchor).Any(c => c.IsSame(k))).ToList();
        // A function further down would declare it further down, behind the releaser's own definition.
        var similar = Similar(anchor, known);
        function.Claims.Add(new Claim($"{_file.Path}: {missing.Text}", $"{similar?.Span.End ?? anchor}"));
        if (similar is not null)
        {
            Edit(_layout.LineBehind(similar.Span, Text));
            return null;
        }

        if (Wrapped(beyond, anchor) is not { } lines)
            return SpellingRefusals.NeedsMacro;

        // The blank lines around are edits of their own: several functions may each add a declaration here, and share them.
        var newLine = _layout.NewLineAt(anchor);
        var line = _layout.LineOf(anchor);
        var at = _layout.StartBehind(line);
        Edit(TextEdit.Insert(_layout.EndOf(line), newLine));
        Edit(TextEdit.Insert(at, string.Concat(lines.Select(l => l + newLine))));
        if (NeedsBlankBehind(at))
            Edit(new TextEdit(new TextSpan(at, 1), newLine + _file.Text[at]));

        return null;
    }

    private string Text => _layout.Calls.Of(missing.Text);

    private void Edit(TextEdit edit) => function.Outside.Add(new ElsewhereEdit(_file.Path, edit));

    /// <summary>Where the file itself has the declaration, it is compiled at its use and stands before it.</summary>
    public static bool IsAtHand(ScopeChoice choice, SpelledFunction function, int use)
    {
        var file = function.Input.File;
        var own = file.Items.OfType<MacroItemNode>().Where(m => choice.Form.DeclaredBy.Contains(m.Name, StringComparer.Ordinal)).ToList();
        var meant = own.Where(m => choice.Text.Contains(CleanupOf(m), StringComparison.Ordinal)).ToList();
        return meant.Count == 0 || meant.Any(m => MissingSpelling.IsAtHand(m, function, use));

        string CleanupOf(MacroItemNode item) =>
            function.Input.Style.Declarations.Where(d => d.Macro == item.Name)
                .Select(d => DeclaredCleanup.Of(d, new CleanupDeclaration(item.Name, item.Arguments))?.Cleanup)
                .FirstOrDefault(c => c is not null) is { } cleanup ? $"({cleanup})" : "\0";
    }

    /// <summary>
    /// The fewest conditions under which the file calls the releaser, so that it is declared there, among those that hold
    /// where it is needed; null where there are none.
    /// </summary>
    private ImmutableArray<Condition>? KnownUnder()
    {
        var needed = _conditions.At(use);
        ImmutableArray<Condition>? least = null;
        foreach (var token in _file.Tokens)
        {
            if (token.Kind != TokenKind.Identifier || !IsReleaser(_file.Text.AsSpan(token.Start, token.Length)))
                continue;

            var known = _conditions.At(token.Start);
            if (Conditions.Implies(needed, known) && (least is null || known.Length < least.Value.Length))
                least = known;
        }

        return least;
    }

    private bool IsReleaser(ReadOnlySpan<char> word) => word.SequenceEqual(missing.Releaser) || _aliases.Contains(word);

    /// <summary>The place behind which the declaration may stand.</summary>
    private int? Anchor(ImmutableArray<Condition> known)
    {
        var before = _file.Items.Where(i => i.Span.End <= function.Function.Span.Start).ToList();
        var declaring = before
            .Where(i => MissingSpelling.Declares(i, missing.Releaser) || (i is DefineNode define && define.Name == missing.Releaser))
            .ToList();
        if (declaring.Count > 0)
        {
            return declaring.FirstOrDefault(d => Conditions.Implies(known, _conditions.At(d.Span.Start))) is { } first
                ? first.Span.End
                : Group(declaring[^1])?.End;
        }

        // Includes that stand under conditions may bring the releaser as well, each in its own way.
        var unconditional = IncludeSpelling.Unconditional(_file);
        var here = _conditions.At(function.Function.Span.Start);
        return IncludeSpelling.Includes(_file)
            .Where(i => i.Span.End <= function.Function.Span.Start)
            .Select(i => Group(i) switch
            {
                _ when unconditional.Contains(i) => i.Span.End,
                { } group => group.End,

                // The file, or most of it, stands under one condition.
                null => Conditions.Implies(here, _conditions.At(i.Span.Start)) ? i.Span.End : 0,
            })
            .Append(0).Max() is > 0 and var end ? end : null;
    }

    /// <summary>The outermost <c>#if</c> that a node stands in and the function does not.</summary>
    private TextSpan? Group(Node node)
    {
        foreach (var group in _conditions.Outermost)
        {
            if (group.Contains(node.Span) && group.End <= function.Function.Span.Start)
                return group;
        }

        return null;
    }

    /// <summary>The last declaration of its kind in the row behind a place, under the same conditions.</summary>
    private MacroItemNode? Similar(int anchor, ImmutableArray<Condition> known)
    {
        MacroItemNode? last = null;
        foreach (var item in _file.Items.Where(i => i.Span.Start >= anchor && i.Span.End <= function.Function.Span.Start))
        {
            if (item is FunctionNode)
                break;

            if (item is MacroItemNode macro && macro.Name == missing.Form.Macro
                && _conditions.At(macro.Span.Start) is var at && Conditions.Implies(at, known) && Conditions.Implies(known, at))
            {
                last = macro;
            }
        }

        return last;
    }

    /// <summary>The declaration between the lines that state conditions; null where they cannot be stated once more.</summary>
    private List<string>? Wrapped(List<Condition> conditions, int anchor)
    {
        var opening = new List<string>();
        foreach (var condition in conditions)
        {
            if (condition.Opening is not { } token || !_layout.IsOnOneLine(token.Span) || IsDefinedBehind(condition, anchor))
                return null;

            opening.Add("#" + _layout.TextOf(token.Span).TrimStart('#', ' ', '\t').TrimEnd());
        }

        return [.. opening, Text, .. opening.Select(_ => "#endif")];
    }

    /// <summary>The file changes its mind about a macro of the condition between the declaration and the function.</summary>
    private bool IsDefinedBehind(Condition condition, int anchor) => _file.Tokens.Any(t =>
        t.Kind == TokenKind.Directive && t.Start >= anchor && t.Start < function.Function.Span.Start
        && _file.Text.Substring(t.Start, t.Length).TrimStart('#', ' ', '\t') is var text
        && (text.StartsWith("define", StringComparison.Ordinal) || text.StartsWith("undef", StringComparison.Ordinal))
        && text.Split([' ', '\t', '('], StringSplitOptions.RemoveEmptyEntries) is [_, var name, ..]
        && condition.Text.Contains(name, StringComparison.Ordinal));

    private bool NeedsBlankBehind(int at) =>
        at < _file.Text.Length && _layout.LineOf(at) is var line && !_layout.IsBlank(line)
        && !_file.Text.AsSpan(at).TrimStart(" \t").StartsWith("#e");
}
