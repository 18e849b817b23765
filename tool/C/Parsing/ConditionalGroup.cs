using System.Collections.Immutable;

namespace MigrateCleanup.C.Parsing;

/// <summary>One branch of an <c>#if</c>: the index of its directive, and its condition (null for <c>#else</c>).</summary>
internal readonly record struct GroupBranch(int Directive, string? Condition, bool IsNegated)
{
    /// <summary>Whether it holds under the literal's value.</summary>
    public bool HoldsWhen(bool literal) => literal != IsNegated;
}

/// <summary><c>#if ... #elif ... #else ... #endif</c>; tokens are named by their index in the stream.</summary>
/// <param name="Branches">In text order.</param>
/// <param name="End">The <c>#endif</c>; the end of the stream where it is missing.</param>
/// <param name="Parent">The group around it.</param>
internal sealed record ConditionalGroup(ImmutableArray<GroupBranch> Branches, int End, ConditionalGroup? Parent)
{
    public int Start => Branches[0].Directive;

    /// <summary>Every group of the stream, in the order of their <c>#if</c>s. Directives that fit no group are in none.</summary>
    public static ImmutableArray<ConditionalGroup> Find(TokenStream stream)
    {
        var groups = new List<(List<GroupBranch> Branches, int End, int Parent)>();
        var open = new Stack<int>();
        for (var i = 0; i < stream.Count; i++)
        {
            switch (stream.CodeAt(i))
            {
                case Code.If:
                    groups.Add(([BranchAt(stream, i)], stream.Count, open.TryPeek(out var parent) ? parent : -1));
                    open.Push(groups.Count - 1);
                    break;
                case Code.ElseIf when open.TryPeek(out var group):
                    groups[group].Branches.Add(BranchAt(stream, i));
                    break;
                case Code.Else when open.TryPeek(out var group):
                    groups[group].Branches.Add(new GroupBranch(i, null, false));
                    break;
                case Code.EndIf when open.TryPop(out var group):
                    groups[group] = groups[group] with { End = i };
                    break;
                case Code.ElseIf or Code.Else or Code.EndIf:
                    stream.Ignore(i);
                    break;
            }
        }

        var found = ImmutableArray.CreateBuilder<ConditionalGroup>(groups.Count);
        foreach (var (branches, end, outer) in groups)
            found.Add(new ConditionalGroup([.. branches], end, outer < 0 ? null : found[outer]));

        return found.MoveToImmutable();
    }

    /// <summary>Where the branch with this number ends.</summary>
    public int EndOf(int branch) => branch + 1 < Branches.Length ? Branches[branch + 1].Directive : End;

    public bool Equals(ConditionalGroup? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    private static GroupBranch BranchAt(TokenStream stream, int directive)
    {
        var (condition, negated) = DirectiveText.ConditionOf(stream.SpellingOf(directive));
        return new GroupBranch(directive, condition, negated);
    }
}
