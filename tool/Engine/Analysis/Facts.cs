using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Engine.Analysis;

/// <summary>
/// What the analyses know of one function. Each analysis runs when it is first asked and is kept; a rule asks here
/// and nowhere else.
/// </summary>
public sealed class Facts(Function function, Catalogue catalogue, string style)
{
    public Function Function { get; } = function;

    public ControlFlowGraph Graph => Function.Graph;

    public Catalogue Catalogue { get; } = catalogue;

    /// <summary>The codebase's style of scoped clean-up: a key of <see cref="Resource.Scoped"/>; <c>bcl</c> for C#.</summary>
    public string Style { get; } = style;
}
