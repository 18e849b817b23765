namespace MigrateCleanup.Engine.Flow;

/// <summary>
/// A place between events: just before event number <see cref="Index"/> of <see cref="Block"/>, or, with the number
/// of its events, at the block's end, before its branch.
/// </summary>
public readonly record struct Point(Block Block, int Index)
{
    public static Point StartOf(Block block) => new(block, 0);

    public static Point EndOf(Block block) => new(block, block.Events.Length);

    /// <summary>The event that comes next; null at the end of the block.</summary>
    public Event? Event => Index < Block.Events.Length ? Block.Events[Index] : null;

    public Point Next => new(Block, Index + 1);

    public override string ToString() => $"{Block}:{Index}";
}
