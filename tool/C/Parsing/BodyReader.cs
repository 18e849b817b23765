using System.Collections.Immutable;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Languages;

namespace MigrateCleanup.C.Parsing;

/// <summary>
/// Reads a function's body: once when every <c>#if</c> in it stands around whole statements, else once for each
/// combination of the conditions that split one. Conditions are found one at a time: a view that fails at an
/// <c>#if</c> is read again with that condition true, and with it false.
/// </summary>
internal sealed class BodyReader
{
    private const int MostViews = 16;

    private readonly TokenStream _stream;
    private readonly SyntaxNames _names;
    private readonly FunctionNode _function;
    private readonly int _from;
    private readonly int _to;

    private BodyReader(TokenStream stream, SyntaxNames names, FunctionNode function, int from, int to)
    {
        _stream = stream;
        _names = names;
        _function = function;
        _from = from;
        _to = to;
    }

    /// <summary>Reads the tokens from the opening brace to before <paramref name="to"/>.</summary>
    public static FunctionBody Read(TokenStream stream, SyntaxNames names, FunctionNode function, int from, int to) =>
        new BodyReader(stream, names, function, from, to).Read();

    private FunctionBody Read()
    {
        var views = ImmutableArray.CreateBuilder<BodyView>();
        SyntaxError? impossible = null;
        var pending = new Stack<ImmutableArray<(string Condition, bool Holds)>>();
        pending.Push([]);
        var leaves = 0;
        while (pending.TryPop(out var assumptions))
        {
            var (body, error, fork) = ReadUnder(assumptions);
            if (fork is not null)
            {
                // Constants have one value only.
                if (fork is not "1")
                    pending.Push(assumptions.Add((fork, false)));

                if (fork is not "0")
                    pending.Push(assumptions.Add((fork, true)));

                if (pending.Count + leaves > MostViews)
                    return Unparsed(new SyntaxError(_function.BodySpan, $"#if splits statements in more than {MostViews} combinations"));

                continue;
            }

            leaves++;
            if (body is not null)
                views.Add(new BodyView(body, assumptions));
            else if (error!.Reason is UnmatchedBracket or Parser.DanglingElse && assumptions.Length > 0)
                impossible ??= error;
            else
                return Unparsed(error);
        }

        // A combination whose brackets do not match was never compiled: it says nothing about the others.
        return views.Count > 0 ? new FunctionBody(views.DrainToImmutable(), null) : Unparsed(impossible!);
    }

    private const string UnmatchedBracket = "bracket without a partner";

    private static FunctionBody Unparsed(SyntaxError error) => new([], error);

    private (CompoundNode? Body, SyntaxError? Error, string? Fork) ReadUnder(ImmutableArray<(string Condition, bool Holds)> assumptions)
    {
        var view = new TokenView(_stream, Visible(assumptions));
        if (view.SplittingDirective >= 0 && Undecided(view.SplittingDirective, view, assumptions) is { } condition)
            return (null, null, condition);

        if (view.Unmatched >= 0)
            return (null, new SyntaxError(_stream.SpanOf(view.IndexAt(view.Unmatched)), UnmatchedBracket), null);

        var parser = DeepStack.Run(() => ReadOnce(view), r => r.Parser.NeedsStack);
        if (parser.Parser.Mistake is not var (position, reason))
            return (parser.Body, null, null);

        if (Undecided(position, view, assumptions) is { } splitting)
            return (null, null, splitting);

        var index = view.IndexAt(position);
        return (null, new SyntaxError(_stream.SpanOf(Math.Min(index, _stream.Count)), reason), null);
    }

    private (Parser Parser, CompoundNode? Body) ReadOnce(TokenView view)
    {
        var parser = new Parser(view, _names);
        foreach (var parameter in _function.Declarator.Parameters)
            parser.Declare(parameter.Declarator.Name.Length > 0 ? parameter.Declarator.Name : parameter.Specifiers.Type);

        var body = parser.Body();
        return (parser, parser.Mistake is null ? body : null);
    }

    /// <summary>The tokens that this combination sees; directives of undecided groups stay.</summary>
    private List<int> Visible(ImmutableArray<(string Condition, bool Holds)> assumptions)
    {
        var visible = new List<int>(_to - _from);
        var i = _from;
        while (i < _to)
        {
            var code = _stream.CodeAt(i);
            if (code == Code.Directive)
            {
                if (DirectiveText.NameOf(_stream.SpellingOf(i)) is "include" or "include_next")
                    visible.Add(i);

                i++;
                continue;
            }

            if (!Codes.IsConditional(code))
            {
                visible.Add(i++);
                continue;
            }

            var group = _stream.GroupOf(i);
            if (group.Start < _from)
            {
                // The function starts in one branch and goes on behind the group.
                i = code == Code.EndIf ? i + 1 : Math.Min(group.End, _to - 1) + 1;
            }
            else if (code == Code.If)
            {
                var chosen = Chosen(group, assumptions);
                if (chosen is null)
                    visible.Add(i++);
                else
                    i = chosen < group.Branches.Length ? group.Branches[chosen.Value].Directive + 1 : group.End + 1;
            }
            else if (Chosen(group, assumptions) is null)
                visible.Add(i++);
            else
                i = group.End + 1;
        }

        return visible;
    }

    /// <summary>The branch taken under the assumptions (their number when none is); null while a condition is open.</summary>
    private static int? Chosen(ConditionalGroup group, ImmutableArray<(string Condition, bool Holds)> assumptions)
    {
        if (assumptions.Length == 0)
            return null;

        for (var i = 0; i < group.Branches.Length; i++)
        {
            var branch = group.Branches[i];
            if (branch.Condition is null)
                return i;

            if (ValueOf(branch.Condition, assumptions) is not { } value)
                return null;

            if (branch.HoldsWhen(value))
                return i;
        }

        return group.Branches.Length;
    }

    private static bool? ValueOf(string condition, ImmutableArray<(string Condition, bool Holds)> assumptions)
    {
        foreach (var (known, holds) in assumptions)
        {
            if (known == condition)
                return holds;
        }

        return null;
    }

    /// <summary>The open condition to decide after a mistake: of the group whose directive is there, or that is around it.</summary>
    private string? Undecided(int position, TokenView view, ImmutableArray<(string Condition, bool Holds)> assumptions)
    {
        var index = view.IndexAt(position);
        var code = view[position];
        ConditionalGroup? group = null;
        if (position < view.Count && Codes.IsConditional(code))
            group = _stream.GroupOf(index);
        else if (code == Code.WordElse && position > 0 && Codes.IsConditional(view[position - 1]))
            group = _stream.GroupOf(view.IndexAt(position - 1));
        else
        {
            var around = new Stack<ConditionalGroup>();
            for (var i = 0; i < position; i++)
            {
                if (view[i] == Code.If)
                    around.Push(_stream.GroupOf(view.IndexAt(i)));
                else if (view[i] == Code.EndIf)
                    around.TryPop(out _);
            }

            around.TryPeek(out group);
        }

        foreach (var branch in group?.Branches ?? [])
        {
            if (branch.Condition is null)
                break;

            if (ValueOf(branch.Condition, assumptions) is not { } value)
                return branch.Condition;

            if (branch.HoldsWhen(value))
                break;
        }

        return null;
    }
}
