using System.Text;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Ownership;

/// <summary>
/// The owners of a function as text for people and fixtures: what each acquires, releases and gives away, in the order
/// of the graph, with the states that may hold behind each event, and at both exits.
/// </summary>
public static class OwnershipText
{
    public static string Of(Facts facts)
    {
        var text = new StringBuilder();
        foreach (var owner in facts.Ownership.Owners)
            Append(text, facts, owner);

        return text.ToString();
    }

    /// <summary>The states of a set, in a fixed order, joined by a bar.</summary>
    public static string Of(OwnershipState states)
    {
        if (states == OwnershipState.None)
            return "unreached";

        if (states == OwnershipState.Unknown)
            return "unknown";

        return string.Join(
            '|',
            Enum.GetValues<OwnershipState>()
                .Where(s => s is not (OwnershipState.None or OwnershipState.Unknown) && states.HasFlag(s))
                .Select(s => s.ToString().ToLowerInvariant()));
    }

    private static void Append(StringBuilder text, Facts facts, Owner owner)
    {
        text.Append(owner.Local).Append(": ").Append(owner.Resource).Append('\n');
        foreach (var acquisition in owner.Acquisitions.Where(a => a.At is null))
            text.Append("    acquire  parameter").Append(RemarkOf(acquisition)).Append('\n');

        foreach (var block in facts.Graph.Blocks)
        {
            foreach (var @event in block.Events)
            {
                foreach (var label in LabelsOf(owner, @event))
                {
                    text.Append("    ").Append(label.PadRight(9)).Append(GraphText.NameOf(facts.Graph, block)).Append("  ")
                        .Append(@event).Append("  # ").Append(Of(facts.Ownership.After(@event, owner))).Append('\n');
                }
            }
        }

        text.Append("    exit: ").Append(Of(facts.Ownership.AtExit(owner))).Append('\n');
        text.Append("    unwind: ").Append(Of(facts.Ownership.AtUnwind(owner))).Append('\n');
    }

    private static IEnumerable<string> LabelsOf(Owner owner, Event @event)
    {
        if (owner.Releases.Contains(@event))
            yield return "release";

        if (owner.Mismatches.Contains(@event))
            yield return "mismatch";

        foreach (var transfer in owner.Transfers.Where(t => t.At == @event))
            yield return transfer.IsCertain ? "transfer" : "lend";

        foreach (var acquisition in owner.Acquisitions.Where(a => a.At == @event))
            yield return "acquire";

        if (owner.Clearings.Contains(@event))
            yield return "clear";

        if (owner.Empties.Contains(@event))
            yield return "empty";
    }

    private static string RemarkOf(Acquisition acquisition) => acquisition.IsReleased ? "" : " (never released)";
}
