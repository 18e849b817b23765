using System.Collections.Immutable;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

using Spelling = MigrateCleanup.Engine.Languages.Spelling;

/// <summary>
/// Collects what becomes of the statements of one function, and turns it into text edits at the end, when it is known
/// which blocks, guards, braces and <c>#if</c>s are left without purpose. Small spellers decide; this class alone knows
/// how decisions that meet in one statement go together.
/// </summary>
/// <param name="layout">The file.</param>
/// <param name="bareSingleStatements">Single statements wear no braces here.</param>
/// <param name="isMacro">Whether a name is a macro, which may be more than one statement.</param>
/// <param name="isPure">Whether evaluating a condition has no effect, so that it may go with what it guards.</param>
internal sealed class EditPlan(CLayout layout, bool bareSingleStatements, Func<string, bool> isMacro, Func<ExpressionNode, bool> isPure)
{
    private readonly HashSet<Node> _gone = [];
    private readonly Dictionary<Node, string> _replaced = [];
    private readonly Dictionary<StatementNode, StatementNode> _unwrapped = [];
    private readonly Dictionary<StatementNode, ExpressionNode> _first = [];
    private readonly Dictionary<StatementNode, ExpressionNode> _reduced = [];
    private readonly List<(Node Anchor, TextEdit Edit)> _anchored = [];
    private readonly HashSet<Node> _touched = [];
    private readonly List<TextEdit> _edits = [];
    private readonly Indentation _indentation = new(layout);
    private Refusal? _refusal;

    public CLayout Layout { get; } = layout;

    /// <summary>What becomes of declarations.</summary>
    public DeclarationPlan Declarations { get; } = new(layout);

    /// <summary>The statements whose text the edits change, in the tree that the changes speak of.</summary>
    public IEnumerable<Node> Changed => _gone.Concat(_replaced.Keys).Concat(_anchored.Select(a => a.Anchor)).Concat(_unwrapped.Keys).Concat(_reduced.Keys).Concat(Declarations.Changed);

    /// <summary>The first reason why the whole cannot be spelled stays.</summary>
    public void Refuse(Refusal refusal) => _refusal ??= refusal;

    /// <summary>A statement goes; so do blocks, guards and braces that it leaves without purpose.</summary>
    public void Remove(StatementNode statement)
    {
        _gone.Add(statement);
        Touch(statement);
    }

    /// <summary>A statement stays after all.</summary>
    public void Keep(StatementNode statement) => _gone.Remove(statement);

    public bool IsRemoved(Node node) => _gone.Contains(node);

    public bool IsReplaced(Node node) => _replaced.ContainsKey(node);

    /// <summary>A node's text is replaced, whatever stands around it.</summary>
    public void Replace(Node node, string text)
    {
        _replaced[node] = text;
        Touch(node);
    }

    /// <summary>An edit that is made unless the node it belongs to goes.</summary>
    public void Edit(Node anchor, TextEdit edit)
    {
        _anchored.Add((anchor, edit));
        Touch(anchor);
    }

    /// <summary>
    /// What a statement begins with, up to <paramref name="end"/>, is replaced; comments in it stand above the statement,
    /// and lines that are aligned with what follows move along.
    /// </summary>
    public void ReplaceStart(StatementNode statement, int end, string text)
    {
        var span = TextSpan.FromBounds(statement.Span.Start, end);
        if (!Guarded(span))
            return;

        Edit(statement, new TextEdit(span, CommentsAbove(span) + text));
        Realign(end, statement.Span.End, CLayout.Width(text) - (Layout.ColumnOf(end) - Layout.ColumnOf(span.Start)));
    }

    /// <summary>Of a statement only an expression inside it is left; comments in the rest stand above it.</summary>
    public void Reduce(StatementNode statement, ExpressionNode kept)
    {
        _reduced[statement] = kept;
        Touch(kept);
    }

    /// <summary>Lines aligned with what stands behind a position on its line move along with it.</summary>
    public void Realign(int position, int end, int columns) => Alignment.Shift(Layout, _indentation, position, end, columns);

    /// <summary>
    /// A statement inside <paramref name="outer"/> takes its place, without the braces around it; an expression becomes a
    /// statement before it.
    /// </summary>
    public void Unwrap(StatementNode outer, StatementNode kept, ExpressionNode? first = null)
    {
        _unwrapped[outer] = kept;
        if (first is not null)
            _first[outer] = first;

        Touch(outer);
    }

    /// <summary>A declaration changes as <see cref="Declarations"/> knows.</summary>
    public void Touch(Node? node)
    {
        for (; node is not null and not FunctionNode; node = node.Parent)
            _touched.Add(node);
    }

    /// <summary>Lines (counted from zero, both included) move from one indentation to another.</summary>
    public void Reindent(int firstLine, int lastLine, string from, string to) => _indentation.Move(firstLine, lastLine, from, to);

    /// <summary>The blank lines from one line up to another, both included, go.</summary>
    public void EraseBlanks(Node anchor, int firstLine, int lastLine)
    {
        for (var line = firstLine; line <= lastLine; line++)
        {
            if (Layout.IsBlank(line))
                Edit(anchor, TextEdit.Delete(TextSpan.FromBounds(Layout.StartOf(line), Layout.StartBehind(line))));
        }
    }

    /// <summary>Everything decided, as edits of the text.</summary>
    public Spelling Spelled()
    {
        if (_refusal is null)
        {
            foreach (var root in _touched.Where(n => n.Parent is null || !_touched.Contains(n.Parent)).OrderBy(n => n.Span.Start))
                Walk(root);
        }

        if (_refusal is not null)
            return Spelling.Refused(_refusal);

        _edits.AddRange(BlankLines.Tidied(Layout, _edits).ToList());
        _edits.AddRange(_indentation.Edits(_edits).ToList());
        return TextEdits.Ordered(_edits.Distinct()) is { } ordered
            ? new Spelling(ordered)
            : Spelling.Refused(CommonRefusals.EditsMeet);
    }

    private void Walk(Node node)
    {
        if (_refusal is not null || !_touched.Contains(node))
            return;

        foreach (var (anchor, edit) in _anchored)
        {
            if (anchor == node)
                _edits.Add(edit);
        }

        if (_replaced.TryGetValue(node, out var text))
        {
            ReplaceText(node, text);
            return;
        }

        switch (node)
        {
            case CompoundNode block:
                WalkList(block.Statements, block);
                break;
            case ConditionalStatementNode choice:
                foreach (var branch in choice.Branches)
                    WalkList(branch.Statements, choice);

                break;
            case StatementNode whole when _reduced.TryGetValue(whole, out var expression):
                SpellReduced(whole, expression);
                break;
            case StatementNode outer when _unwrapped.TryGetValue(outer, out var kept):
                SpellUnwrapped(outer, kept);
                break;
            case IfNode check:
                WalkIf(check);
                break;
            case DeclarationStatementNode declaration when Declarations.Changes(declaration.Declaration):
                SpellDeclaration(declaration);
                break;
            default:
                foreach (var child in node.Children)
                    WalkEmbedded(child);

                break;
        }
    }

    private void WalkList(ImmutableArray<StatementNode> statements, Node list)
    {
        for (var i = 0; i < statements.Length; i++)
        {
            if (!IsGone(statements[i]))
            {
                Walk(statements[i]);
                continue;
            }

            if (statements[i] is LabelNode label)
            {
                EraseLabel(label, statements);
                continue;
            }

            if (NeedsStatement(statements, i, list))
            {
                ReplaceText(statements[i], ";");
                continue;
            }

            var first = statements[i];
            while (i + 1 < statements.Length
                   && IsGone(statements[i + 1])
                   && statements[i + 1] is not LabelNode
                   && Layout.LineOf(statements[i + 1].Span.Start) == Layout.LineOf(statements[i].Span.End))
            {
                i++;
            }

            EraseStatements(first, statements[i]);
        }
    }

    /// <summary>
    /// A label that stays needs a statement behind it, and a declaration is none:
    /// <code>
    /// out: free(p); }   →   out: ; }
    /// </code>
    /// </summary>
    private bool NeedsStatement(ImmutableArray<StatementNode> statements, int index, Node list)
    {
        if (index == 0 || statements[index - 1] is not (LabelNode or CaseNode) || IsGone(statements[index - 1]))
            return false;

        var next = index + 1;
        while (next < statements.Length && IsGone(statements[next]))
            next++;

        return next == statements.Length
            ? list is CompoundNode
            : statements[next] is DeclarationStatementNode && statements[index] is not DeclarationStatementNode;
    }

    private void EraseStatements(StatementNode first, StatementNode last)
    {
        var span = TextSpan.FromBounds(first.Span.Start, last.Span.End);
        if (last is DeclarationStatementNode declaration && !_gone.Contains(declaration) && TrailingComment(last) is { } trailing)
        {
            // The comment that trails the declaration of a removed variable speaks of that variable, and goes with it.
            var comments = Layout.Comments(span).ToList();
            if (Guarded(span))
                _edits.Add(Layout.Erased(TextSpan.FromBounds(span.Start, trailing.End), comments, Layout.IndentationAt(span.Start)));

            return;
        }

        Erase(span);
    }

    /// <summary>The comment behind a statement on its last line.</summary>
    public Token? TrailingComment(StatementNode statement)
    {
        var line = Layout.LineOf(statement.Span.End);
        var behind = Layout.TokensIn(TextSpan.FromBounds(statement.Span.End, Layout.EndOf(line)))
            .Where(t => t.Kind != TokenKind.Whitespace).ToList();
        return behind is [{ Kind: TokenKind.Comment } comment] && Layout.LineOf(comment.End) == line ? comment : null;
    }

    /// <summary>Whether nothing of the statement is left.</summary>
    private bool IsGone(StatementNode statement)
    {
        if (!_touched.Contains(statement) || _replaced.ContainsKey(statement))
            return false;

        if (_gone.Contains(statement))
            return true;

        switch (statement)
        {
            case CompoundNode block:
                return block.Statements.Length > 0 && block.Statements.All(IsGone);
            case ConditionalStatementNode choice:
                return choice.Branches.All(b => b.Statements.All(IsGone)) && !Layout.Comments(choice.Span).Any();
            case IfNode check when !_unwrapped.ContainsKey(check) && !_reduced.ContainsKey(check):
                return IsGone(check.Then) && (check.Else is null || IsGone(check.Else)) && IsPureGuard(check);
            case DeclarationStatementNode declaration:
                return Declarations.IsGone(declaration.Declaration);
            default:
                return false;
        }
    }

    private bool IsPureGuard(IfNode check)
    {
        if (isPure(check.Condition))
            return true;

        Refuse(CommonRefusals.GuardWorks);
        return false;
    }

    private void WalkEmbedded(Node node)
    {
        if (node is StatementNode statement and not CompoundNode && IsGone(statement))
            ReplaceText(statement, ";");
        else
            Walk(node);
    }

    private void WalkIf(IfNode check)
    {
        Walk(check.Condition);
        var thenGone = IsGone(check.Then);
        if (check.Else is null || (!thenGone && !IsGone(check.Else)))
        {
            Walk(check.Then);
            if (check.Else is not null)
                Walk(check.Else);

            DropBraces(check);
        }
        else if (thenGone)
        {
            SpellOnlyElse(check, check.Else);
        }
        else
        {
            Walk(check.Then);
            Erase(TextSpan.FromBounds(check.Then.Span.End, check.Else.Span.End));
            DropBracesOf(check, check.Then);
        }
    }

    /// <summary>
    /// <code>
    /// if (a) GONE else B   →   if (!a) B
    /// </code>
    /// </summary>
    private void SpellOnlyElse(IfNode check, StatementNode other)
    {
        var span = TextSpan.FromBounds(check.Then.Span.Start, other.Span.Start);
        if (other is IfNode || Layout.Comments(span).Any())
        {
            Refuse(CommonRefusals.ElseStays);
            return;
        }

        if (!Guarded(span))
            return;

        _edits.Add(new TextEdit(check.Condition.Span, Negation.Of(check.Condition, Layout)));
        _edits.Add(TextEdit.Delete(span));
        Walk(other);
    }

    private void EraseLabel(LabelNode label, ImmutableArray<StatementNode> siblings)
    {
        var span = label.Span;
        if (!Guarded(span))
            return;

        var usual = UsualIndentation(label, siblings);
        if (!Layout.StartsLine(span.Start) || Layout.EndsLine(span.End))
        {
            _edits.Add(Layout.Erased(span, [.. Layout.Comments(span)], usual));
            return;
        }

        // What stands behind the label on its line goes as well, or moves to where statements stand here.
        var index = siblings.IndexOf(label);
        var next = index + 1 < siblings.Length ? siblings[index + 1] : null;
        if (next is not null && Layout.LineOf(next.Span.Start) == Layout.LineOf(span.End) && IsGone(next) && !Layout.Comments(TextSpan.FromBounds(span.End, next.Span.Start)).Any())
        {
            _edits.Add(TextEdit.Delete(TextSpan.FromBounds(span.Start, next.Span.Start)));
            return;
        }

        var line = Layout.StartOf(Layout.LineOf(span.Start));
        _edits.Add(new TextEdit(TextSpan.FromBounds(line, Layout.SkipBlanks(span.End)), usual));
    }

    /// <summary>The indentation of the statements around a label, which itself often stands further out.</summary>
    private string UsualIndentation(LabelNode label, ImmutableArray<StatementNode> siblings)
    {
        var model = siblings.FirstOrDefault(s => s is not (LabelNode or CaseNode or ConditionalStatementNode) && Layout.StartsLine(s.Span.Start));
        return model is not null
            ? Layout.IndentationAt(model.Span.Start)
            : Layout.IndentationAt((label.Parent ?? label).Span.Start) + Layout.IndentUnit;
    }

    private void SpellDeclaration(DeclarationStatementNode statement)
    {
        foreach (var declarator in statement.Declaration.Declarators)
        {
            if (!Declarations.IsGone(declarator))
                WalkChildren(declarator);
        }

        if (!Guarded(statement.Span))
            return;

        if (Declarations.Spell(statement.Declaration, _edits, Realign) is { } refusal)
            Refuse(refusal);
    }

    private void WalkChildren(Node node)
    {
        foreach (var child in node.Children)
            Walk(child);
    }

    /// <summary>
    /// <code>
    /// if (!(a = b)) return;   →   a = b;
    /// </code>
    /// </summary>
    private void SpellReduced(StatementNode statement, ExpressionNode kept)
    {
        var (head, tail) = (TextSpan.FromBounds(statement.Span.Start, kept.Span.Start), TextSpan.FromBounds(kept.Span.End, statement.Span.End));
        if (!Guarded(statement.Span))
            return;

        _edits.Add(new TextEdit(head, CommentsAbove(head) + CommentsAbove(tail)));
        _edits.Add(new TextEdit(tail, ";"));
        Realign(kept.Span.Start, kept.Span.End, Layout.ColumnOf(head.Start) - Layout.ColumnOf(head.End));
        Walk(kept);
    }

    /// <summary>
    /// <code>
    /// if (a) { B; C; } else { D; }   →   B; C;
    /// </code>
    /// </summary>
    private void SpellUnwrapped(StatementNode outer, StatementNode kept)
    {
        var hasFirst = _first.TryGetValue(outer, out var expression);
        if (outer.Parent is not (CompoundNode or ConditionalStatementNode))
        {
            if (hasFirst)
                Refuse(CommonRefusals.GuardWorks);

            Erase(TextSpan.FromBounds(outer.Span.Start, kept.Span.Start));
            if (kept.Span.End < outer.Span.End)
                Erase(TextSpan.FromBounds(kept.Span.End, outer.Span.End));

            Walk(kept);
            return;
        }

        if (Layout.HasDirective(outer.Span))
        {
            Refuse(CommonRefusals.DirectiveInside);
            return;
        }

        var outerIndentation = Layout.IndentationAt(outer.Span.Start);
        if (kept is not CompoundNode block)
        {
            Reindent(Layout.LineOf(kept.Span.Start), Layout.LineOf(kept.Span.End), Layout.IndentationAt(kept.Span.Start), outerIndentation);
            var head = TextSpan.FromBounds(outer.Span.Start, kept.Span.Start);
            var comments = Layout.Comments(head).Select(c => c + Layout.NewLineAt(outer.Span.Start) + outerIndentation);
            var first = hasFirst ? Layout.TextOf(expression!) + ";" + Layout.NewLineAt(outer.Span.Start) + outerIndentation : "";
            _edits.Add(new TextEdit(head, string.Concat(comments) + first));
            if (kept.Span.End < outer.Span.End)
                Erase(TextSpan.FromBounds(kept.Span.End, outer.Span.End));

            Walk(kept);
            return;
        }

        // What is declared inside would be declared once more, or again, outside.
        if (block.Statements.Any(s => s is DeclarationStatementNode))
        {
            Refuse(CommonRefusals.DeclarationShape);
            return;
        }

        if (block.Statements.Length > 0)
        {
            var inner = Layout.IndentationAt(block.Statements[0].Span.Start);
            Reindent(Layout.LineOf(block.Span.Start) + 1, Layout.LineOf(block.Span.End - 1), inner, outerIndentation);
        }

        var opening = TextSpan.FromBounds(outer.Span.Start, block.Span.Start + 1);
        if (hasFirst)
            _edits.Add(new TextEdit(opening, CommentsAbove(opening) + Layout.TextOf(expression!) + ";"));
        else
            Erase(opening);

        Erase(TextSpan.FromBounds(block.Span.End - 1, outer.Span.End));
        Walk(block);
    }

    /// <summary>
    /// A block that held several statements and now holds one short one loses its braces, if the file writes it so. Both
    /// sides of an <c>else</c> wear them, or none.
    /// </summary>
    private void DropBraces(IfNode check)
    {
        if (check.Parent is IfNode { Else: var chained } && chained == check)
            return;

        if (check.Else is null)
        {
            DropBracesOf(check, check.Then);
            return;
        }

        if (check.Else is IfNode || (!HasShrunk(check.Then) && !HasShrunk(check.Else)))
            return;

        if (CanBeBare(check, check.Then) && CanBeBare(check, check.Else))
        {
            EraseBraces(check.Then);
            EraseBraces(check.Else);
        }
    }

    private void DropBracesOf(IfNode check, StatementNode body)
    {
        if (HasShrunk(body) && CanBeBare(check, body))
            EraseBraces(body);
    }

    private bool HasShrunk(StatementNode body) =>
        body is CompoundNode { Statements: { Length: > 1 } statements } && statements.Count(s => !IsGone(s)) == 1;

    private bool CanBeBare(IfNode check, StatementNode body)
    {
        if (body is not CompoundNode block)
            return Layout.IsOnOneLine(body);

        return block.Statements.Where(s => !IsGone(s)).ToList() is [var only]
            && IsSimple(only)
            && bareSingleStatements
            && !Declarations.IsPlacedAt(only)
            && IsLeftOnOneLine(only)
            && Layout.IsOnOneLine(check.Condition)
            && Layout.StartsLine(only.Span.Start)
            && Layout.StartsLine(block.Span.End - 1)
            && Layout.EndsLine(block.Span.Start + 1)
            && !Layout.HasDirective(block.Span)
            && !HasOtherComment(block, only);
    }

    private bool IsSimple(StatementNode statement) => statement switch
    {
        ReturnNode or GotoNode or BreakNode => true,
        ExpressionStatementNode { Expression: AssignmentNode or UnaryNode } => true,
        ExpressionStatementNode { Expression: CallNode { Name: { } name } } => !isMacro(name),
        _ => false,
    };

    private bool IsLeftOnOneLine(StatementNode statement) =>
        Layout.IsOnOneLine(statement) || (_replaced.TryGetValue(statement, out var text) && !text.Contains('\n', StringComparison.Ordinal));

    private bool HasOtherComment(CompoundNode block, StatementNode only)
    {
        var (first, last) = (Layout.LineOf(only.Span.Start), Layout.LineOf(only.Span.End));
        return Layout.TokensIn(block.Span).Any(t =>
            t.Kind == TokenKind.Comment && (Layout.LineOf(t.Start) < first || Layout.LineOf(t.Start) > last));
    }

    private void EraseBraces(StatementNode body)
    {
        if (body is not CompoundNode block)
            return;

        _edits.Add(Layout.Erased(new TextSpan(block.Span.Start, 1), [], ""));
        _edits.Add(Layout.Erased(new TextSpan(block.Span.End - 1, 1), [], ""));
    }

    private void ReplaceText(Node node, string text)
    {
        if (!Guarded(node.Span))
            return;

        _edits.Add(new TextEdit(node.Span, CommentsAbove(node.Span, text) + text));
    }

    /// <summary>The comments of a span that its new text does not hold, each as a line before that text.</summary>
    private string CommentsAbove(TextSpan span, string text = "") => string.Concat(
        Layout.Comments(span)
            .Where(c => !text.Contains(c, StringComparison.Ordinal))
            .Select(c => c + Layout.NewLineAt(span.Start) + Layout.IndentationAt(span.Start)));

    private void Erase(TextSpan span)
    {
        if (Guarded(span))
            _edits.Add(Layout.Erased(span, [.. Layout.Comments(span)], Layout.IndentationAt(span.Start)));
    }

    /// <summary>
    /// Preprocessor lines inside a statement keep it as it is; only whole <c>#if</c>s, of which nothing is left, go with
    /// what stood in them.
    /// </summary>
    private bool Guarded(TextSpan span)
    {
        if (!Layout.HasDirective(span) || IsWholeChoice(span))
            return true;

        Refuse(CommonRefusals.DirectiveInside);
        return false;
    }

    private bool IsWholeChoice(TextSpan span) =>
        Layout.HasOnlyConditions(span)
        && _touched.OfType<ConditionalStatementNode>().Where(c => span.Contains(c.Span) && IsGone(c)).ToList() is { Count: > 0 } choices
        && Layout.TokensIn(span).Where(t => t.Kind == TokenKind.Directive).All(d => choices.Any(c => c.Span.Contains(d.Span)));
}
