using System.Collections.Immutable;
using System.Text;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Editing;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>
/// What becomes of the variables of declarations. A declaration of several is taken apart only where one of them is
/// scoped, which needs a declaration of its own; otherwise only commas and initial values change.
/// </summary>
internal sealed class DeclarationPlan(CLayout layout)
{
    private readonly Dictionary<DeclaratorNode, Fate> _fates = [];
    private readonly HashSet<StatementNode> _places = [];

    /// <summary>What becomes of one variable. A null text leaves what is there; an empty initial value takes it away.</summary>
    private sealed record Fate
    {
        public bool IsGone { get; init; }

        public string? Initial { get; init; }

        public ScopeChoice? Scope { get; init; }
    }

    /// <summary>The variables whose declarations change.</summary>
    public IEnumerable<Node> Changed => _fates.Keys;

    public void Remove(DeclaratorNode declarator) => Set(declarator, f => f with { IsGone = true });

    public void Initialise(DeclaratorNode declarator, string value) => Set(declarator, f => f with { Initial = value });

    public void DropInitialiser(DeclaratorNode declarator) => Set(declarator, f => f with { Initial = f.Initial ?? "" });

    public void Scope(DeclaratorNode declarator, ScopeChoice choice) => Set(declarator, f => f with { Scope = choice });

    /// <summary>A statement becomes a declaration: it can no longer stand without braces.</summary>
    public void PlaceAt(StatementNode statement) => _places.Add(statement);

    public bool IsPlacedAt(StatementNode statement) => _places.Contains(statement);

    public bool Changes(DeclarationNode declaration) => declaration.Declarators.Any(_fates.ContainsKey);

    public bool IsGone(DeclaratorNode declarator) => _fates.TryGetValue(declarator, out var fate) && fate.IsGone;

    public bool IsGone(DeclarationNode declaration) =>
        !declaration.Declarators.IsEmpty && declaration.Declarators.All(IsGone) && !declaration.Specifiers.DefinesType;

    /// <summary>The type as it is written, with its stars: <c>const char *</c>.</summary>
    public string TypeOf(DeclaratorNode declarator)
    {
        var specifiers = SpecifiersOf((DeclarationNode)declarator.Parent!);
        return declarator.Pointers == 0 ? specifiers : specifiers + " " + new string('*', declarator.Pointers);
    }

    /// <summary>The declaration of one variable up to its initial value: <c>g_autofree char *name</c>.</summary>
    public string HeadOf(DeclaratorNode declarator, ScopeChoice? choice)
    {
        if (choice is { AroundType: null })
            return layout.Calls.OfDeclaration(choice.For(declarator.Name));

        var type = choice is null ? TypeOf(declarator) : Addressed(TypeOf(declarator));
        var (prefix, suffix) = choice?.AroundType ?? ("", "");
        return prefix + type + (type.EndsWith('*') ? "" : " ") + declarator.Name + suffix;
    }

    /// <summary>The end of a scope is given the variable's address: it cannot be kept in a register.</summary>
    private static string Addressed(string type)
    {
        const string Register = "register ";
        return type.StartsWith(Register, StringComparison.Ordinal) ? type[Register.Length..] : type;
    }

    /// <summary>Adds the edits of one declaration.</summary>
    /// <param name="declaration">One that <see cref="Changes"/>.</param>
    /// <param name="edits">Where they go.</param>
    /// <param name="realign">Moves the lines that are aligned with what stands behind a position, up to another one.</param>
    public Refusal? Spell(DeclarationNode declaration, List<TextEdit> edits, Action<int, int, int> realign)
    {
        var left = declaration.Declarators.Where(d => !IsGone(d)).ToList();
        if (left.All(d => FateOf(d).Scope is null))
            return SpellPlain(declaration, left, edits);

        if (declaration.Specifiers.DefinesType || declaration.Specifiers.Has("static"))
            return CommonRefusals.DeclarationShape;

        foreach (var declarator in left)
        {
            if (FateOf(declarator).Scope is not null
                && (declarator.IsArray || declarator.IsFunctionPointer || layout.Comments(StarsOf(declarator)).Any()))
            {
                return CommonRefusals.DeclarationShape;
            }
        }

        if (layout.Comments(declaration.Specifiers.Span).Any())
            return CommonRefusals.DeclarationShape;

        if (declaration.Declarators is [var only])
        {
            SpellSingle(declaration, only, edits, realign);
            return null;
        }

        edits.Add(new TextEdit(
            TextSpan.FromBounds(declaration.Span.Start, declaration.Declarators[^1].Span.End), TakenApart(declaration, left)));
        return null;
    }

    private void SpellSingle(DeclarationNode declaration, DeclaratorNode declarator, List<TextEdit> edits, Action<int, int, int> realign)
    {
        var fate = FateOf(declarator);
        var head = TextSpan.FromBounds(declaration.Span.Start, declarator.NameSpan.End);
        var text = HeadOf(declarator, fate.Scope);
        edits.Add(new TextEdit(head, text));
        if (fate.Initial is null && declarator.Initializer is { } kept)
            realign(kept.Span.Start, kept.Span.End, CLayout.Width(text) - (layout.ColumnOf(head.End) - layout.ColumnOf(head.Start)));

        SetInitial(declarator, InitialOf(declarator), edits);
    }

    /// <summary>
    /// <code>
    /// int ret = -1, n;   →   int n;
    /// </code>
    /// </summary>
    private Refusal? SpellPlain(DeclarationNode declaration, List<DeclaratorNode> left, List<TextEdit> edits)
    {
        foreach (var declarator in left)
            SetInitial(declarator, FateOf(declarator).Initial, edits);

        if (left.Count == 0)
            return CommonRefusals.DeclarationShape;

        var all = declaration.Declarators;
        foreach (var span in SeparatedList.Removed([.. all.Select(d => d.Span)], i => IsGone(all[i])))
        {
            if (layout.Comments(span).Any())
                return CommonRefusals.DeclarationShape;

            edits.Add(TextEdit.Delete(span));
        }

        return null;
    }

    private void SetInitial(DeclaratorNode declarator, string? initial, List<TextEdit> edits)
    {
        if (initial is null)
            return;

        if (declarator.Initializer is { } old)
        {
            edits.Add(initial.Length == 0
                ? TextEdit.Delete(TextSpan.FromBounds(EndOfName(declarator), old.Span.End))
                : new TextEdit(old.Span, initial));
        }
        else if (initial.Length > 0)
        {
            edits.Add(TextEdit.Insert(declarator.Span.End, " = " + initial));
        }
    }

    /// <summary>Where the declarator ends without its <c>=</c> and what follows.</summary>
    private int EndOfName(DeclaratorNode declarator)
    {
        if (declarator.Initializer is not { } initial)
            return declarator.Span.End;

        var equals = initial.Span.Start;
        foreach (var token in layout.TokensIn(TextSpan.FromBounds(declarator.NameSpan.End, initial.Span.Start)))
        {
            if (token.Length == 1 && layout.Text[token.Start] == '=')
                equals = token.Start;
        }

        return layout.SkipBlanksBack(equals);
    }

    /// <summary>The initial value that a variable gets, or null where the one that is there stays.</summary>
    private string? InitialOf(DeclaratorNode declarator)
    {
        var fate = FateOf(declarator);
        if (fate.Scope is null)
            return fate.Initial;

        // A scoped variable always has an initial value: its release runs on every way out.
        var isEmpty = fate.Initial is null ? declarator.Initializer is null : fate.Initial.Length == 0;
        return isEmpty ? fate.Scope.Form.Empty : fate.Initial;
    }

    /// <summary>
    /// <code>
    /// char c, *a = NULL, d;   →   g_autofree char *a = NULL;
    ///                             char c, d;
    /// </code>
    /// Comments between the variables keep them in their order.
    /// </summary>
    private string TakenApart(DeclarationNode declaration, List<DeclaratorNode> left)
    {
        var newLine = layout.NewLineAt(declaration.Span.Start) + layout.IndentationAt(declaration.Span.Start);
        var start = declaration.Declarators[0].Span.Start;
        var specifiers = layout.TextOf(declaration.Specifiers)
            + (layout.TextBetween(declaration.Specifiers.Span.End, start) is var gap && string.IsNullOrWhiteSpace(gap) && !gap.Contains('\n', StringComparison.Ordinal) ? gap : " ");
        var text = new StringBuilder();
        var ordered = MayBeReordered(declaration, left) ? left.OrderBy(d => FateOf(d).Scope is null ? 1 : 0).ToList() : left;
        for (var i = 0; i < ordered.Count; i++)
        {
            var isScoped = FateOf(ordered[i]).Scope is not null;
            var startsOwn = i == 0 || isScoped || FateOf(ordered[i - 1]).Scope is not null;
            if (i > 0 && startsOwn)
                text.Append(';').Append(string.Concat(CommentsBetween(ordered[i - 1], ordered[i]).Select(c => " " + c))).Append(newLine);
            else if (i > 0)
                text.Append(SeparatorBetween(declaration, ordered[i - 1], ordered[i]));

            if (isScoped)
                text.Append(HeadOf(ordered[i], FateOf(ordered[i]).Scope)).Append(layout.TextBetween(ordered[i].NameSpan.End, EndOfName(ordered[i])));
            else
                text.Append(startsOwn ? specifiers : "").Append(layout.TextBetween(ordered[i].Span.Start, EndOfName(ordered[i])));

            text.Append(InitialText(ordered[i]));
        }

        return text.ToString();
    }

    /// <summary>No initial value of a scoped variable is computed from anything, and no comment says what stands beside it.</summary>
    private bool MayBeReordered(DeclarationNode declaration, List<DeclaratorNode> left) =>
        !layout.Comments(TextSpan.FromBounds(left[0].Span.Start, declaration.Declarators[^1].Span.End)).Any()
        && left.All(d => FateOf(d).Scope is null || d.Initializer is null or LiteralNode
            || (d.Initializer is NameNode { Name: var name } && declaration.Declarators.All(o => o.Name != name)));

    private IEnumerable<string> CommentsBetween(DeclaratorNode previous, DeclaratorNode next) =>
        previous.Span.End <= next.Span.Start ? layout.Comments(TextSpan.FromBounds(previous.Span.End, next.Span.Start)) : [];

    private string SeparatorBetween(DeclarationNode declaration, DeclaratorNode previous, DeclaratorNode next) =>
        declaration.Declarators.IndexOf(next) == declaration.Declarators.IndexOf(previous) + 1
            ? layout.TextBetween(previous.Span.End, next.Span.Start)
            : ", ";

    private string InitialText(DeclaratorNode declarator) => InitialOf(declarator) switch
    {
        null => layout.TextBetween(EndOfName(declarator), declarator.Span.End),
        "" => "",
        var value => " = " + value,
    };

    /// <summary>What the declaration starts with, blanks made single.</summary>
    private string SpecifiersOf(DeclarationNode declaration) =>
        string.Join(' ', layout.TextOf(declaration.Specifiers).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static TextSpan StarsOf(DeclaratorNode declarator) => TextSpan.FromBounds(declarator.Span.Start, declarator.NameSpan.End);

    private Fate FateOf(DeclaratorNode declarator) => _fates.GetValueOrDefault(declarator) ?? new Fate();

    private void Set(DeclaratorNode declarator, Func<Fate, Fate> change) => _fates[declarator] = change(FateOf(declarator));
}
