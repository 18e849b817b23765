using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.CSharp.Spelling;

using Spelling = MigrateCleanup.Engine.Languages.Spelling;
using TextSpan = Microsoft.CodeAnalysis.Text.TextSpan;

/// <summary>
/// Collects what becomes of the statements of one function, and turns it into text edits at the end, when it is known
/// which blocks, guards and braces are left without purpose. Small spellers decide; this class alone knows how
/// decisions that meet in one statement go together.
/// </summary>
/// <param name="layout">The file.</param>
/// <param name="isPure">Whether evaluating a condition has no effect, so that it may go with what it guards.</param>
internal sealed class EditPlan(SourceLayout layout, Func<ExpressionSyntax, bool> isPure)
{
    private readonly HashSet<SyntaxNode> _gone = [];
    private readonly Dictionary<SyntaxNode, string> _replaced = [];
    private readonly Dictionary<StatementSyntax, StatementSyntax> _unwrapped = [];
    private readonly List<(SyntaxNode Anchor, TextEdit Edit)> _anchored = [];
    private readonly HashSet<SyntaxNode> _touched = [];
    private readonly List<TextEdit> _edits = [];
    private readonly Indentation _indentation = new(layout);
    private Refusal? _refusal;

    public SourceLayout Layout { get; } = layout;

    /// <summary>The first reason why the whole cannot be spelled stays.</summary>
    public void Refuse(Refusal refusal) => _refusal ??= refusal;

    /// <summary>A statement goes; so do blocks, guards and braces that it leaves without purpose.</summary>
    public void Remove(StatementSyntax statement) => Mark(_gone, statement);

    /// <summary>A label goes; its statement stays.</summary>
    public void RemoveLabel(LabeledStatementSyntax label) => Mark(_gone, label);

    /// <summary>One variable of a declaration goes; the last one takes the statement with it.</summary>
    public void RemoveDeclarator(VariableDeclaratorSyntax declarator) => Mark(_gone, declarator);

    /// <summary>A handler goes; others of the same statement stay.</summary>
    public void RemoveHandler(CatchClauseSyntax handler) => Mark(_gone, handler);

    /// <summary>A <c>finally</c> goes; its comments come to stand at the end of the block before it.</summary>
    public void RemoveFinally(FinallyClauseSyntax clause) => Mark(_gone, clause);

    public bool IsRemoved(SyntaxNode node) => _gone.Contains(node);

    public bool IsReplaced(SyntaxNode node) => _replaced.ContainsKey(node);

    /// <summary>A node's text is replaced, whatever stands around it.</summary>
    public void Replace(SyntaxNode node, string text)
    {
        _replaced[node] = text;
        Touch(node);
    }

    /// <summary>An edit that is made unless the node it belongs to goes.</summary>
    public void Edit(SyntaxNode anchor, TextEdit edit)
    {
        _anchored.Add((anchor, edit));
        Touch(anchor);
    }

    /// <summary>What a statement begins with, up to <paramref name="end"/>, is replaced; comments in it stand above the statement.</summary>
    public void ReplaceStart(StatementSyntax statement, int end, string text)
    {
        var span = TextSpan.FromBounds(statement.SpanStart, end);
        if (Guarded(span))
            Edit(statement, new TextEdit(new(span.Start, span.Length), CommentsAbove(span) + text));
    }

    /// <summary>A statement inside <paramref name="outer"/> takes its place, without the braces around it.</summary>
    public void Unwrap(StatementSyntax outer, StatementSyntax kept)
    {
        _unwrapped[outer] = kept;
        Touch(outer);
    }

    /// <summary>Lines (counted from zero, both included) move from one indentation to another.</summary>
    public void Reindent(int firstLine, int lastLine, string from, string to) =>
        _indentation.Move(firstLine, lastLine, from, to);

    /// <summary>Everything decided, as edits of the text.</summary>
    public Spelling Spelled()
    {
        if (_refusal is null)
        {
            foreach (var root in _touched.Where(n => n.Parent is null || !_touched.Contains(n.Parent)).OrderBy(n => n.SpanStart))
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

    private void Mark(HashSet<SyntaxNode> set, SyntaxNode node)
    {
        set.Add(node);
        Touch(node);
    }

    private void Touch(SyntaxNode? node)
    {
        for (; node is not null and not (MemberDeclarationSyntax and not GlobalStatementSyntax); node = node.Parent)
            _touched.Add(node);
    }

    private void Walk(SyntaxNode node)
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
            case BlockSyntax block:
                WalkList(block.Statements);
                break;
            case SwitchSectionSyntax section:
                WalkList(section.Statements);
                break;
            case StatementSyntax outer when _unwrapped.TryGetValue(outer, out var kept):
                SpellUnwrapped(outer, kept);
                break;
            case IfStatementSyntax check:
                WalkIf(check);
                break;
            case LabeledStatementSyntax label:
                WalkLabel(label);
                break;
            case LocalDeclarationStatementSyntax declaration:
                WalkDeclaration(declaration);
                break;
            case TryStatementSyntax attempt:
                WalkTry(attempt);
                break;
            default:
                foreach (var child in node.ChildNodes())
                    WalkEmbedded(child);

                break;
        }
    }

    private void WalkList(IReadOnlyList<StatementSyntax> statements)
    {
        for (var i = 0; i < statements.Count; i++)
        {
            if (!IsGone(statements[i]))
            {
                Walk(statements[i]);
                continue;
            }

            var first = statements[i];
            while (i + 1 < statements.Count
                   && IsGone(statements[i + 1])
                   && Layout.LineOf(statements[i + 1].SpanStart) == Layout.LineOf(statements[i].Span.End))
            {
                i++;
            }

            Erase(
                TextSpan.FromBounds(first.SpanStart, EndWithDroppedComment(statements[i])),
                DroppedComment(statements[i]),
                first is LabeledStatementSyntax label ? UsualIndentation(label) : null);
        }
    }

    /// <summary>Whether nothing of the statement is left.</summary>
    private bool IsGone(StatementSyntax statement)
    {
        if (!_touched.Contains(statement) || _replaced.ContainsKey(statement))
            return false;

        switch (statement)
        {
            case LabeledStatementSyntax label:
                return _gone.Contains(label) && (label.Statement is EmptyStatementSyntax || IsGone(label.Statement));
            case BlockSyntax block when !_gone.Contains(block):
                return block.Statements.Count > 0 && block.Statements.All(IsGone);
            case IfStatementSyntax check when !_gone.Contains(check) && !_unwrapped.ContainsKey(check):
                return IsGone(check.Statement) && (check.Else is null || IsGone(check.Else.Statement)) && IsPureGuard(check);
            case LocalDeclarationStatementSyntax declaration when !_gone.Contains(declaration):
                return declaration.Declaration.Variables.All(_gone.Contains);
            default:
                return _gone.Contains(statement);
        }
    }

    private bool IsPureGuard(IfStatementSyntax check)
    {
        if (isPure(check.Condition))
            return true;

        Refuse(CommonRefusals.GuardWorks);
        return false;
    }

    private void WalkEmbedded(SyntaxNode node)
    {
        if (node is StatementSyntax statement and not BlockSyntax && IsGone(statement))
            _edits.Add(new TextEdit(new(statement.SpanStart, statement.Span.Length), "{ }"));
        else
            Walk(node);
    }

    private void WalkIf(IfStatementSyntax check)
    {
        Walk(check.Condition);
        var thenGone = IsGone(check.Statement);
        if (check.Else is null || (!thenGone && !IsGone(check.Else.Statement)))
        {
            Walk(check.Statement);
            if (check.Else is not null)
                Walk(check.Else);
            else if (check.Statement is BlockSyntax block && check.Parent is not ElseClauseSyntax)
                DropBraces(check, block);
        }
        else if (thenGone)
        {
            SpellOnlyElse(check, check.Else);
        }
        else
        {
            Walk(check.Statement);
            Erase(TextSpan.FromBounds(check.Statement.Span.End, check.Else.Span.End));
        }
    }

    /// <summary>
    /// <code>
    /// if (a) GONE else B   →   if (!a) B
    /// </code>
    /// </summary>
    private void SpellOnlyElse(IfStatementSyntax check, ElseClauseSyntax other)
    {
        var span = TextSpan.FromBounds(check.Statement.SpanStart, other.Statement.SpanStart);
        if (other.Statement is IfStatementSyntax || TextEraser.Comments(Layout, span).Any() || Negation.Of(check.Condition, Layout) is not { } negated)
        {
            Refuse(CommonRefusals.ElseStays);
            return;
        }

        if (!Guarded(span))
            return;

        _edits.Add(new TextEdit(new(check.Condition.SpanStart, check.Condition.Span.Length), negated));
        _edits.Add(TextEdit.Delete(new(span.Start, span.Length)));
        Walk(other.Statement);
    }

    private void WalkLabel(LabeledStatementSyntax label)
    {
        var innerGone = IsGone(label.Statement);
        if (_gone.Contains(label))
        {
            EraseLabel(label);
            Walk(label.Statement);
        }
        else if (innerGone)
        {
            var isLast = label.Parent is not BlockSyntax block || block.Statements.Last() == label;
            if (isLast)
                _edits.Add(new TextEdit(new(label.Statement.SpanStart, label.Statement.Span.Length), ";"));
            else
                Erase(label.Statement.Span);
        }
        else
        {
            Walk(label.Statement);
        }
    }

    private void EraseLabel(LabeledStatementSyntax label)
    {
        var span = TextSpan.FromBounds(label.Identifier.SpanStart, label.ColonToken.Span.End);
        if (!Guarded(span))
            return;

        var usual = UsualIndentation(label);
        var stays = label.Statement;
        while (stays is LabeledStatementSyntax inner)
            stays = inner.Statement;

        if (!Layout.StartsLine(span.Start) || Layout.EndsLine(span.End))
        {
            _edits.Add(TextEraser.Erase(Layout, span, [.. TextEraser.Comments(Layout, span)], usual));
        }
        else
        {
            // The statement or a comment shares the label's line: it moves to where statements stand here.
            var line = Layout.StartOf(Layout.LineOf(span.Start));
            _edits.Add(new TextEdit(Engine.Text.TextSpan.FromBounds(line, Layout.SkipBlanks(span.End)), usual));
        }

        if (Layout.StartsLine(stays.SpanStart) && label.Parent is BlockSyntax block)
        {
            // Statements behind the label may stand further in than those before it.
            var deeper = Layout.IndentationAt(stays.SpanStart);
            if (deeper.Length > usual.Length && deeper.StartsWith(usual, StringComparison.Ordinal) && block.Statements.IndexOf(label) > 0)
                Reindent(Layout.LineOf(stays.SpanStart), Layout.LineOf(block.CloseBraceToken.SpanStart) - 1, deeper, usual);
        }
    }

    /// <summary>The indentation of the statements around a label, which itself often stands further out.</summary>
    private string UsualIndentation(LabeledStatementSyntax label)
    {
        IEnumerable<StatementSyntax> siblings = label.Parent switch
        {
            BlockSyntax block => block.Statements,
            SwitchSectionSyntax section => section.Statements,
            _ => [],
        };
        var model = siblings.FirstOrDefault(s => s is not LabeledStatementSyntax && Layout.StartsLine(s.SpanStart));
        return model is not null
            ? Layout.IndentationAt(model.SpanStart)
            : Layout.IndentationAt((label.Parent ?? label).SpanStart) + (label.Parent is BlockSyntax ? Layout.IndentUnit : "");
    }

    private void WalkDeclaration(LocalDeclarationStatementSyntax declaration)
    {
        var variables = declaration.Declaration.Variables;
        Walk(declaration.Declaration.Type);
        foreach (var variable in variables.Where(v => !_gone.Contains(v)))
            Walk(variable);

        for (var i = 0; i < variables.Count; i++)
        {
            if (!_gone.Contains(variables[i]))
                continue;

            // A variable takes the comma in front of it along; the first ones take the comma behind.
            var lead = variables.Take(i + 1).All(_gone.Contains);
            var span = lead
                ? TextSpan.FromBounds(variables[i].SpanStart, variables[i + 1].SpanStart)
                : TextSpan.FromBounds(variables[i - 1].Span.End, variables[i].Span.End);
            if (!Guarded(span))
                continue;

            if (TextEraser.Comments(Layout, span).Any())
                Refuse(CommonRefusals.DeclarationShape);

            _edits.Add(TextEdit.Delete(new(span.Start, span.Length)));
        }
    }

    private void WalkTry(TryStatementSyntax attempt)
    {
        Walk(attempt.Block);
        foreach (var handler in attempt.Catches)
        {
            if (_gone.Contains(handler))
                Erase(handler.Span);
            else
                Walk(handler);
        }

        if (attempt.Finally is not null && _gone.Contains(attempt.Finally))
            EraseFinally(attempt.Finally);
        else if (attempt.Finally is not null)
            Walk(attempt.Finally);
    }

    private void EraseFinally(FinallyClauseSyntax clause)
    {
        var close = clause.FinallyKeyword.GetPreviousToken();
        var span = TextSpan.FromBounds(close.Span.End, clause.Span.End);
        if (!Guarded(span))
            return;

        var line = Layout.LineOf(close.SpanStart);
        var indentation = Layout.IndentationOf(line) + Layout.IndentUnit;
        var newLine = Layout.NewLineAt(close.SpanStart);
        var comments = TextEraser.Comments(Layout, span).Select(c => indentation + c + newLine).ToList();
        if (comments.Count > 0 && Layout.StartsLine(close.SpanStart))
            _edits.Add(TextEdit.Insert(Layout.StartOf(line), string.Concat(comments)));
        else if (comments.Count > 0)
            Refuse(SpellingRefusals.LineShared);

        _edits.Add(TextEdit.Delete(new(span.Start, span.Length)));
    }

    /// <summary>
    /// <code>
    /// if (a) { B; C; } else { D; }   →   B; C;
    /// </code>
    /// </summary>
    private void SpellUnwrapped(StatementSyntax outer, StatementSyntax kept)
    {
        if (outer.Parent is not (BlockSyntax or SwitchSectionSyntax))
        {
            Erase(TextSpan.FromBounds(outer.SpanStart, kept.SpanStart));
            if (kept.Span.End < outer.Span.End)
                Erase(TextSpan.FromBounds(kept.Span.End, outer.Span.End));

            Walk(kept);
            return;
        }

        if (TextEraser.HasDirective(Layout, outer.Span))
        {
            Refuse(CommonRefusals.DirectiveInside);
            return;
        }

        var outerIndentation = Layout.IndentationAt(outer.SpanStart);
        if (kept is not BlockSyntax block)
        {
            Reindent(Layout.LineOf(kept.SpanStart), Layout.LineOf(kept.Span.End), Layout.IndentationAt(kept.SpanStart), outerIndentation);
            var head = TextSpan.FromBounds(outer.SpanStart, kept.SpanStart);
            var comments = TextEraser.Comments(Layout, head).Select(c => c + Layout.NewLineAt(outer.SpanStart) + outerIndentation);
            _edits.Add(new TextEdit(new(head.Start, head.Length), string.Concat(comments)));
            if (kept.Span.End < outer.Span.End)
                Erase(TextSpan.FromBounds(kept.Span.End, outer.Span.End));

            Walk(kept);
            return;
        }

        if (block.Statements.Count > 0)
        {
            var inner = Layout.IndentationAt(block.Statements[0].SpanStart);
            Reindent(Layout.LineOf(block.OpenBraceToken.Span.End) + 1, Layout.LineOf(block.CloseBraceToken.SpanStart), inner, outerIndentation);
        }

        Erase(TextSpan.FromBounds(outer.SpanStart, block.OpenBraceToken.Span.End));
        Erase(TextSpan.FromBounds(block.CloseBraceToken.SpanStart, outer.Span.End));
        Walk(block);
    }

    /// <summary>
    /// A block that held several statements and now holds one return loses its braces, if the file writes it so.
    /// </summary>
    private void DropBraces(IfStatementSyntax check, BlockSyntax block)
    {
        var left = block.Statements.Where(s => !IsGone(s)).ToList();
        if (block.Statements.Count < 2
            || left is not [var only]
            || !Returns(only)
            || !Layout.BareSingleStatements
            || !Layout.IsOnOneLine(only)
            || !Layout.IsOnOneLine(check.Condition)
            || !Layout.StartsLine(only.SpanStart)
            || !Layout.StartsLine(block.CloseBraceToken.SpanStart)
            || !Layout.EndsLine(block.OpenBraceToken.Span.End)
            || !Layout.EndsLine(block.CloseBraceToken.Span.End)
            || TextEraser.HasDirective(Layout, block.Span)
            || HasOtherComment(block, only))
        {
            return;
        }

        _edits.Add(TextEraser.Erase(Layout, block.OpenBraceToken.Span));
        _edits.Add(TextEraser.Erase(Layout, block.CloseBraceToken.Span));
    }

    private bool Returns(StatementSyntax statement) =>
        statement is ReturnStatementSyntax
        || (_replaced.TryGetValue(statement, out var text) && text.StartsWith("return", StringComparison.Ordinal));

    private bool HasOtherComment(BlockSyntax block, StatementSyntax only)
    {
        var line = Layout.LineOf(only.SpanStart);
        return Layout.Root.DescendantTrivia(block.Span).Any(t =>
            TextEraser.IsComment(t) && block.Span.Contains(t.Span) && Layout.LineOf(t.SpanStart) != line);
    }

    private void ReplaceText(SyntaxNode node, string text)
    {
        if (!Guarded(node.Span))
            return;

        _edits.Add(new TextEdit(new(node.SpanStart, node.Span.Length), CommentsAbove(node.Span, text) + text));
    }

    /// <summary>The comments of a span that its new text does not hold, each as a line before that text.</summary>
    private string CommentsAbove(TextSpan span, string text = "") => string.Concat(
        TextEraser.Comments(Layout, span)
            .Where(c => !text.Contains(c, StringComparison.Ordinal))
            .Select(c => c + Layout.NewLineAt(span.Start) + Layout.IndentationAt(span.Start)));

    private void Erase(TextSpan span, string? dropped = null, string? indentation = null)
    {
        if (!Guarded(span))
            return;

        var comments = TextEraser.Comments(Layout, span).Where(c => !ReferenceEquals(dropped, c) && c != dropped).ToList();
        _edits.Add(TextEraser.Erase(Layout, span, comments, indentation ?? Layout.IndentationAt(span.Start)));
    }

    private bool Guarded(TextSpan span)
    {
        if (!TextEraser.HasDirective(Layout, span))
            return true;

        Refuse(CommonRefusals.DirectiveInside);
        return false;
    }

    /// <summary>The comment that trails the declaration of a removed variable speaks of that variable, and goes with it.</summary>
    private string? DroppedComment(StatementSyntax statement)
    {
        var trailing = TrailingComment(statement);
        return trailing == default ? null : trailing.ToString();
    }

    private int EndWithDroppedComment(StatementSyntax statement)
    {
        var trailing = TrailingComment(statement);
        return trailing == default ? statement.Span.End : trailing.Span.End;
    }

    private SyntaxTrivia TrailingComment(StatementSyntax statement) =>
        statement is LocalDeclarationStatementSyntax && !_gone.Contains(statement)
            ? statement.GetTrailingTrivia().FirstOrDefault(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia))
            : default;
}
