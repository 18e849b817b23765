namespace MigrateCleanup.C.Parsing;

/// <summary>
/// A row of tokens as one combination of conditions sees it, with matching brackets looked up. Conditional directives
/// that stay in it have to stand between statements.
/// </summary>
internal sealed class TokenView
{
    private readonly int[] _indices;
    private readonly Code[] _codes;
    private readonly int[] _matches;

    public TokenView(TokenStream stream, List<int> indices)
    {
        Stream = stream;
        Count = indices.Count;
        _indices = new int[Count + 1];
        _codes = new Code[Count];
        _matches = new int[Count + 1];
        for (var i = 0; i < Count; i++)
        {
            _indices[i] = indices[i];
            _codes[i] = stream.CodeAt(indices[i]);
            _matches[i] = -1;
        }

        _indices[Count] = stream.Count;
        _matches[Count] = -1;
        Match();
    }

    public TokenStream Stream { get; }

    public int Count { get; }

    /// <summary>The first bracket without a partner; -1 when all have one.</summary>
    public int Unmatched { get; private set; } = -1;

    /// <summary>The first directive across which a bracket has no partner in its own branch; -1 when there is none.</summary>
    public int SplittingDirective { get; private set; } = -1;

    /// <summary>The code of a token; outside of the view, <see cref="Code.End"/>.</summary>
    public Code this[int position] => (uint)position < (uint)Count ? _codes[position] : Code.End;

    public int IndexAt(int position) => _indices[Math.Min(position, Count)];

    /// <summary>The position of the partner of a bracket; -1 where it has none.</summary>
    public int MatchOf(int position) => _matches[position];

    private void Match()
    {
        var open = new Stack<int>();
        for (var i = 0; i < Count; i++)
        {
            switch (_codes[i])
            {
                case Code.OpenParen or Code.OpenBracket or Code.OpenBrace or Code.If:
                    open.Push(i);
                    break;
                case Code.CloseParen or Code.CloseBracket or Code.CloseBrace:
                    if (open.TryPeek(out var top) && _codes[top] == _codes[i] - 1)
                    {
                        _matches[top] = i;
                        _matches[i] = open.Pop();
                    }
                    else
                        Complain(open, i);

                    break;
                case Code.ElseIf or Code.Else or Code.EndIf:
                    while (open.TryPeek(out var inner) && _codes[inner] != Code.If)
                    {
                        if (SplittingDirective < 0)
                            SplittingDirective = i;

                        open.Pop();
                    }

                    if (_codes[i] == Code.EndIf)
                        open.TryPop(out _);

                    break;
            }
        }

        if (Unmatched < 0 && open.TryPeek(out var last))
            Unmatched = last;
    }

    private void Complain(Stack<int> open, int position)
    {
        foreach (var bracket in open)
        {
            if (_codes[bracket] == Code.If)
            {
                if (SplittingDirective < 0)
                    SplittingDirective = bracket;

                return;
            }
        }

        if (Unmatched < 0)
            Unmatched = position;
    }
}
