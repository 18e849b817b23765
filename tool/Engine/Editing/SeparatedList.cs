using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Engine.Editing;

/// <summary>Lists with a separator between their members: <c>a, b, c</c>.</summary>
public static class SeparatedList
{
    /// <summary>
    /// What goes where some members go, not all of them. A member takes the separator in front of it along; the first
    /// ones take the one behind.
    /// </summary>
    public static IEnumerable<TextSpan> Removed(IReadOnlyList<TextSpan> members, Func<int, bool> isGone)
    {
        var kept = Enumerable.Range(0, members.Count).First(i => !isGone(i));
        for (var i = 0; i < members.Count; i++)
        {
            if (isGone(i))
            {
                yield return i < kept
                    ? TextSpan.FromBounds(members[i].Start, members[i + 1].Start)
                    : TextSpan.FromBounds(members[i - 1].End, members[i].End);
            }
        }
    }
}
