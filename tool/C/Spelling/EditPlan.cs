using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Editing;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>
/// What only C adds to the plan of a function's edits: declarations of scoped variables, labels that need a statement
/// behind them, <c>#if</c>s of which nothing is left, lines that are aligned with what moves.
/// </summary>
/// <param name="layout">The file.</param>
/// <param name="bareSingleStatements">Single statements wear no braces here.</param>
/// <param name="isMacro">Whether a name is a macro, which may be more than one statement.</param>
/// <param name="isPure">Whether evaluating a condition has no effect, so that it may go with what it guards.</param>
internal sealed class EditPlan(CLayout layout, bool bareSingleStatements, Func<string, bool> isMacro, Func<ExpressionNode, bool> isPure)
    : EditPlan<Node>(layout, CTreeShape.Instance)
{
    private readonly Dictionary<Node, ExpressionNode> _reduced = [];
    private readonly HashSet<TextSpan> _taken = [];
    private readonly HashSet<Node> _withLabel = [];

    public CLayout Layout { get; } = layout;

    /// <summary>What becomes of declarations.</summary>
    public DeclarationPlan Declarations { get; } = new(layout);

    public override IEnumerable<Node> Changed => [.. base.Changed, .. _reduced.Keys, .. Declarations.Changed];

    protected override string EmptyStatement => ";";

    protected override bool BareSingleStatements => bareSingleStatements;

    /// <summary>What the text of a node is to be.</summary>
    public string? TextFor(Node node) => ReplacementOf(node);

    /// <summary>A comment near a label that goes stands elsewhere now, in the text of another statement.</summary>
    public void Take(Node statement, LabelNode label, TextSpan comment)
    {
        _taken.Add(comment);
        var lines = TextSpan.FromBounds(Layout.StartOf(Layout.LineOf(comment.Start)), Layout.StartBehind(Layout.LineOf(comment.End)));
        if (Layout.StartsLine(comment.Start) && Layout.EndsLine(comment.End))
            Edit(statement, TextEdit.Delete(lines));
        else if (!IsBehind(label, comment))
            Refuse(SpellingRefusals.LabelComment);
    }

    /// <summary>The comment is all that stands behind a label on its lines.</summary>
    private bool IsBehind(LabelNode label, TextSpan comment) =>
        Layout.StartsLine(label.Span.Start) && Layout.SkipBlanks(label.Span.End) == comment.Start && Layout.EndsLine(comment.End);

    /// <summary>Of a statement only an expression inside it is left; comments in the rest stand above it.</summary>
    public void Reduce(StatementNode statement, ExpressionNode kept)
    {
        _reduced[statement] = kept;
        Touch(kept);
    }

    /// <summary>Lines that are aligned with what follows move along.</summary>
    public override void ReplaceStart(Node statement, int end, string text)
    {
        base.ReplaceStart(statement, end, text);
        Realign(end, statement.Span.End, CLayout.Width(text) - (Layout.ColumnOf(end) - Layout.ColumnOf(statement.Span.Start)));
    }

    /// <summary>Lines aligned with what stands behind a position on its line move along with it.</summary>
    public void Realign(int position, int end, int columns) => Alignment.Shift(Layout, Reindent, position, end, columns);

    /// <summary>The comment behind a statement on its last line.</summary>
    public Token? TrailingComment(StatementNode statement)
    {
        var line = Layout.LineOf(statement.Span.End);
        var behind = Layout.TokensIn(TextSpan.FromBounds(statement.Span.End, Layout.EndOf(line)))
            .Where(t => t.Kind != TokenKind.Whitespace).ToList();
        return behind is [{ Kind: TokenKind.Comment } comment] && Layout.LineOf(comment.End) == line ? comment : null;
    }

    protected override bool IsPure(Node condition) => isPure((ExpressionNode)condition);

    protected override string? Negated(Node condition) => Negation.Of((ExpressionNode)condition, Layout);

    protected override bool IsSimple(Node statement) => statement switch
    {
        StatementNode placed when Declarations.IsPlacedAt(placed) => false,
        ReturnNode or GotoNode or BreakNode => true,
        ExpressionStatementNode { Expression: AssignmentNode or UnaryNode } => true,
        ExpressionStatementNode { Expression: CallNode { Name: { } name } } => !isMacro(name),
        _ => false,
    };

    protected override TextSpan? DeclarationComment(Node statement) =>
        statement is DeclarationStatementNode declaration ? TrailingComment(declaration)?.Span : null;

    protected override bool IsEmptied(Node statement) =>
        statement is DeclarationStatementNode { Declaration: var declaration } && Declarations.IsGone(declaration);

    protected override bool IsGone(Node statement) => !_reduced.ContainsKey(statement) && base.IsGone(statement);

    protected override bool GoesWithOthers(Node statement) => statement is not LabelNode;

    protected override bool SpellsOwn(Node node)
    {
        if (_reduced.TryGetValue(node, out var expression))
            SpellReduced(node, expression);
        else if (node is DeclarationStatementNode declaration && Declarations.Changes(declaration.Declaration))
            SpellDeclaration(declaration);
        else
            return false;

        return true;
    }

    protected override bool SpellsGone(IReadOnlyList<Node> list, int index)
    {
        if (_withLabel.Contains(list[index]))
            return true;

        if (list[index] is LabelNode label)
            EraseLabel(label, list, index);
        else if (NeedsStatement(list, index))
            ReplaceText(list[index], ";");
        else
            return false;

        return true;
    }

    /// <summary>What is declared inside would be declared once more, or again, outside.</summary>
    protected override Refusal? RefusalToUnwrap(Node block) =>
        block is CompoundNode { Statements: var statements } && statements.Any(s => s is DeclarationStatementNode)
            ? CommonRefusals.DeclarationShape
            : null;

    /// <summary>Whole <c>#if</c>s, of which nothing is left, go with what stood in them.</summary>
    protected override bool DirectivesGo(TextSpan span) =>
        Layout.HasOnlyConditions(span)
        && Touched.OfType<ConditionalStatementNode>().Where(c => span.Contains(c.Span) && IsGone(c)).ToList() is { Count: > 0 } choices
        && Layout.TokensIn(span).Where(t => t.Kind == TokenKind.Directive).All(d => choices.Any(c => c.Span.Contains(d.Span)));

    /// <summary>
    /// A label that stays needs a statement behind it, and a declaration is none:
    /// <code>
    /// out: free(p); }   →   out: ; }
    /// </code>
    /// </summary>
    private bool NeedsStatement(IReadOnlyList<Node> list, int index)
    {
        if (index == 0 || list[index - 1] is not (LabelNode or CaseNode) || IsGone(list[index - 1]))
            return false;

        var next = index + 1;
        while (next < list.Count && IsGone(list[next]))
            next++;

        return next == list.Count
            ? list[index].Parent is CompoundNode
            : list[next] is DeclarationStatementNode && list[index] is not DeclarationStatementNode;
    }

    private void EraseLabel(LabelNode label, IReadOnlyList<Node> list, int index)
    {
        if (!Guarded(label.Span))
            return;

        // With a comment that stands elsewhere now, all of the line goes.
        if (_taken.FirstOrDefault(c => IsBehind(label, c)) is { Length: > 0 } taken)
        {
            Edits.Add(TextEdit.Delete(TextSpan.FromBounds(Layout.StartOf(Layout.LineOf(label.Span.Start)), Layout.StartBehind(Layout.LineOf(taken.End)))));
            return;
        }

        // What stands behind the label on its line goes as well, if nothing of it is left.
        if (index + 1 < list.Count && Layout.StartsLine(label.Span.Start) && IsGone(list[index + 1])
            && TextSpan.FromBounds(label.Span.End, list[index + 1].Span.Start) is var between
            && Layout.IsOnOneLine(between) && !Layout.Comments(between).Any())
        {
            if (Layout.IsOnOneLine(list[index + 1]) && Layout.EndsLine(list[index + 1].Span.End) && Guarded(list[index + 1].Span))
            {
                Edits.Add(Layout.Erased(TextSpan.FromBounds(label.Span.Start, list[index + 1].Span.End), [], ""));
                _withLabel.Add(list[index + 1]);
            }
            else
            {
                Edits.Add(TextEdit.Delete(TextSpan.FromBounds(label.Span.Start, between.End)));
            }
        }
        else
        {
            EraseLabel(label.Span, UsualIndentation(label, list));
        }
    }

    private void SpellDeclaration(DeclarationStatementNode statement)
    {
        foreach (var declarator in statement.Declaration.Declarators)
        {
            if (!Declarations.IsGone(declarator))
                WalkParts(declarator);
        }

        if (Guarded(statement.Span) && Declarations.Spell(statement.Declaration, Edits, Realign) is { } refusal)
            Refuse(refusal);
    }

    private void WalkParts(DeclaratorNode declarator)
    {
        foreach (var child in declarator.Children)
            Walk(child);
    }

    /// <summary>
    /// <code>
    /// if (!(a = b)) return;   →   a = b;
    /// </code>
    /// </summary>
    private void SpellReduced(Node statement, ExpressionNode kept)
    {
        var (head, tail) = (TextSpan.FromBounds(statement.Span.Start, kept.Span.Start), TextSpan.FromBounds(kept.Span.End, statement.Span.End));
        if (!Guarded(statement.Span))
            return;

        Edits.Add(new TextEdit(head, CommentsAbove(head) + CommentsAbove(tail)));
        Edits.Add(new TextEdit(tail, ";"));
        Realign(kept.Span.Start, kept.Span.End, Layout.ColumnOf(head.Start) - Layout.ColumnOf(head.End));
        Walk(kept);
    }
}
