using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Engine.Editing;

/// <summary>
/// Collects what becomes of the statements of one function, and turns it into text edits at the end, when it is known
/// which blocks, guards and braces are left without purpose. Small spellers decide; the plan alone knows how decisions
/// that meet in one statement go together. A language adds the statements that only it has.
/// </summary>
/// <param name="layout">The file.</param>
/// <param name="shape">What its statements are.</param>
public abstract partial class EditPlan<TNode>(TextLayout layout, TreeShape<TNode> shape)
    where TNode : class
{
    private readonly HashSet<TNode> _gone = [];
    private readonly Dictionary<TNode, TextSpan> _movedComments = [];
    private readonly Dictionary<TNode, string> _replaced = [];
    private readonly Dictionary<TNode, (TNode Kept, string Before)> _unwrapped = [];
    private readonly List<(TNode Anchor, TextEdit Edit)> _anchored = [];
    private readonly HashSet<TNode> _touched = [];
    private readonly Indentation _indentation = new(layout);
    private Refusal? _refusal;

    /// <summary>The nodes whose text the edits change, in the tree that the changes speak of.</summary>
    public virtual IEnumerable<TNode> Changed => [.. _gone, .. _replaced.Keys, .. _anchored.Select(a => a.Anchor), .. _unwrapped.Keys];

    /// <summary>The edits so far, while the plan is spelled.</summary>
    protected List<TextEdit> Edits { get; } = [];

    /// <summary>The nodes of which something changes, those around them included.</summary>
    protected IEnumerable<TNode> Touched => _touched;

    /// <summary>The first reason why the whole cannot be spelled stays.</summary>
    public void Refuse(Refusal refusal) => _refusal ??= refusal;

    /// <summary>A statement, or another part that can go by itself, goes; so do blocks, guards and braces that it leaves without purpose.</summary>
    public void Remove(TNode node)
    {
        _gone.Add(node);
        Touch(node);
    }

    /// <summary>A statement stays after all.</summary>
    public void Keep(TNode statement) => _gone.Remove(statement);

    public bool IsRemoved(TNode node) => _gone.Contains(node);

    public bool IsReplaced(TNode node) => _replaced.ContainsKey(node);

    /// <summary>A node's text is replaced, whatever stands around it.</summary>
    public void Replace(TNode node, string text)
    {
        _replaced[node] = text;
        Touch(node);
    }

    /// <summary>An edit that is made unless the node it belongs to goes.</summary>
    public void Edit(TNode anchor, TextEdit edit)
    {
        _anchored.Add((anchor, edit));
        Touch(anchor);
    }

    /// <summary>The comment that trails a removed statement is said elsewhere from now on, and goes with it.</summary>
    public void MoveComment(TNode statement, TextSpan comment) => _movedComments[statement] = comment;

    /// <summary>What a statement begins with, up to <paramref name="end"/>, is replaced; comments in it stand above the statement.</summary>
    public virtual void ReplaceStart(TNode statement, int end, string text)
    {
        var span = TextSpan.FromBounds(shape.SpanOf(statement).Start, end);
        if (Guarded(span))
            Edit(statement, new TextEdit(span, CommentsAbove(span) + text));
    }

    /// <summary>
    /// A statement inside <paramref name="outer"/> takes its place, without the braces around it, behind a statement that
    /// comes to stand before it, if any.
    /// </summary>
    public void Unwrap(TNode outer, TNode kept, string before = "")
    {
        _unwrapped[outer] = (kept, before);
        Touch(outer);
    }

    /// <summary>Something of a node changes.</summary>
    public void Touch(TNode? node)
    {
        for (; node is not null; node = shape.ParentOf(node))
            _touched.Add(node);
    }

    /// <summary>Lines (counted from zero, both included) move from one indentation to another.</summary>
    public void Reindent(int firstLine, int lastLine, string from, string to) => _indentation.Move(firstLine, lastLine, from, to);

    /// <summary>How far in a line comes to stand.</summary>
    protected string IndentationOf(int line) => _indentation.Of(line);

    /// <summary>The blank lines from one line up to another, both included, go.</summary>
    public void EraseBlanks(TNode anchor, int firstLine, int lastLine)
    {
        for (var line = firstLine; line <= lastLine; line++)
        {
            if (layout.IsBlank(line))
                Edit(anchor, TextEdit.Delete(TextSpan.FromBounds(layout.StartOf(line), layout.StartBehind(line))));
        }
    }

    /// <summary>Everything decided, as edits of the text.</summary>
    public Spelling Spelled()
    {
        if (_refusal is null)
        {
            foreach (var root in _touched.Where(n => shape.ParentOf(n) is null).OrderBy(n => shape.SpanOf(n).Start))
                Walk(root);
        }

        if (_refusal is not null)
            return Spelling.Refused(_refusal);

        Edits.AddRange(BlankLines.Tidied(layout, Edits).ToList());
        Edits.AddRange(_indentation.Edits(Edits).ToList());
        return TextEdits.Ordered(Edits.Distinct()) is { } ordered
            ? new Spelling(ordered)
            : Spelling.Refused(CommonRefusals.EditsMeet);
    }

    // ── What a language adds ────────────────────────────────────────────────────────────────────────────────────

    /// <summary>A statement that does nothing, behind a condition or a loop that needs one.</summary>
    protected abstract string EmptyStatement { get; }

    /// <summary>Single statements wear no braces here.</summary>
    protected abstract bool BareSingleStatements { get; }

    /// <summary>Evaluating a condition has no effect, so that it may go with what it guards.</summary>
    protected abstract bool IsPure(TNode condition);

    /// <summary>The opposite of a condition; null where it has none.</summary>
    protected abstract string? Negated(TNode condition);

    /// <summary>A short statement may stand without braces.</summary>
    protected abstract bool IsSimple(TNode statement);

    /// <summary>The comment that trails a declaration and speaks of what it declares; null for other statements.</summary>
    protected abstract TextSpan? DeclarationComment(TNode statement);

    /// <summary>Each part of a statement goes by itself, and so nothing is left of the whole.</summary>
    protected abstract bool IsEmptied(TNode statement);

    /// <summary>Spells a node that only this language knows, or says no.</summary>
    protected abstract bool SpellsOwn(TNode node);

    /// <summary>Spells a statement of which nothing is left, where something must take its place, or says no.</summary>
    protected virtual bool SpellsGone(IReadOnlyList<TNode> list, int index) => false;

    /// <summary>A statement of which nothing is left may go in one piece with those before it on its line.</summary>
    protected virtual bool GoesWithOthers(TNode statement) => true;

    /// <summary>Why the statements of a block cannot stand without the block.</summary>
    protected virtual Refusal? RefusalToUnwrap(TNode block) => null;

    /// <summary>The preprocessor lines in a span go with it.</summary>
    protected virtual bool DirectivesGo(TextSpan span) => false;

    /// <summary>What a node's text is replaced by; null where it is not.</summary>
    protected string? ReplacementOf(TNode node) => _replaced.GetValueOrDefault(node);
}
