using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Ownership;

/// <summary>
/// What a value says about holding nothing. Where nothing is written as a negative number, every negative number is
/// nothing: a descriptor is tested with <c>fd &lt; 0</c> as often as with <c>fd == -1</c>.
/// </summary>
internal static class EmptyValue
{
    public static bool Holds(ValueSet value, Resource resource) =>
        value.Is(resource.Empty) || (IsNegative(resource) && !value.IsImpossible && value.Signs == Signs.Negative);

    public static bool IsExcluded(ValueSet value, Resource resource) =>
        (value.IsNot(resource.Empty) && !Holds(value, resource)) || (IsNegative(resource) && (value.Signs & Signs.Negative) == 0);

    /// <summary>The constant stands for nothing.</summary>
    public static bool Is(Constant value, Resource resource) =>
        ValueSet.AreSame(value, resource.Empty) || (IsNegative(resource) && ValueSet.NumberOf(value) is < 0);

    /// <summary>
    /// What is true of a local that owns the resource. Zero is a descriptor, too, but none that a function opens while
    /// the program has its streams.
    /// </summary>
    public static Operation IsOwned(Local local, Resource resource) =>
        IsNegative(resource)
            ? new Operation(">", new Read(local), new Constant(0L))
            : new Operation("!=", new Read(local), resource.Empty);

    private static bool IsNegative(Resource resource) => ValueSet.NumberOf(resource.Empty) is < 0;
}
