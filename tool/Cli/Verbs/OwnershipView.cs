using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Cli.Verbs;

/// <summary>A function's graph with a remark behind each call that does something to an ownership.</summary>
public static class OwnershipView
{
    public static string Of(Function function, Catalogue catalogue) =>
        GraphText.Of(function.Graph, function.Labels, null, e => e is Call call ? Remark(catalogue.EffectsOf(call).Where(x => x.Subject.Index < call.Arguments.Length).ToList()) : null);

    private static string? Remark(IReadOnlyList<Effect> effects) =>
        effects.Count == 0 ? null : string.Join("; ", effects.Select(TextOf));

    private static string TextOf(Effect effect) =>
        $"{effect.Kind.ToString().ToLowerInvariant()}s {effect.Subject}{(effect.Resource is { } resource ? $" ({resource})" : "")}";
}
