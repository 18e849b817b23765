using System.Collections.Immutable;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Rules;

namespace MigrateCleanup.Cli.Configuration;

/// <summary>The rules that are switched on.</summary>
public sealed class RuleSelection
{
    /// <summary>The languages that have a front-end; an id is one of them, a slash, and a rule's name.</summary>
    public static readonly ImmutableArray<string> Languages = ["c", "cs"];

    private readonly ImmutableHashSet<string>? _ids;

    private RuleSelection(ImmutableHashSet<string>? ids)
    {
        _ids = ids;
    }

    /// <summary>Every id there is, in the order of the catalog.</summary>
    public static IEnumerable<string> AllIds =>
        from info in Infos
        from language in Languages
        where Catalog.IsFor(language, info)
        select IdOf(language, info);

    public static IEnumerable<RuleInfo> Infos => [.. Catalog.Rewrites.Select(r => r.Info), .. Catalog.Findings.Select(r => r.Info)];

    public static string IdOf(string language, RuleInfo info) => $"{language}/{info.Name}";

    /// <summary>The selection by ids; a bare name means all languages; null means everything.</summary>
    /// <exception cref="Stop">There is no such rule.</exception>
    public static RuleSelection Of(IEnumerable<string>? names)
    {
        if (names is null)
            return new RuleSelection(null);

        var ids = names.Select(n => n.Trim()).Where(n => n.Length > 0).SelectMany(n => IdsOf(n)).ToImmutableHashSet(StringComparer.Ordinal);
        return ids.IsEmpty ? throw Stop.Usage("--rules names no rule") : new RuleSelection(ids);
    }

    /// <summary>The user said which rules to run.</summary>
    public bool IsNamed => _ids is not null;

    public bool Includes(string id) => _ids is null || _ids.Contains(id);

    public ImmutableArray<Rule> Rewrites(string language) =>
        [.. Catalog.Rewrites.Where(r => Catalog.IsFor(language, r.Info) && Includes(IdOf(language, r.Info)))];

    public ImmutableArray<FindingRule> Findings(string language) =>
        [.. Catalog.Findings.Where(r => Catalog.IsFor(language, r.Info) && Includes(IdOf(language, r.Info)))];

    private static ImmutableArray<string> IdsOf(string name)
    {
        ImmutableArray<string> ids = [.. AllIds.Where(id => id == name || id[(id.IndexOf('/') + 1)..] == name)];
        return ids.IsEmpty ? throw Unknown(name) : ids;
    }

    /// <summary>Says that there is no such rule, and which one may be meant.</summary>
    public static Stop Unknown(string name)
    {
        var question = Nearest.Question(name, name.Contains('/', StringComparison.Ordinal) ? AllIds : Infos.Select(i => i.Name));
        return Stop.Usage($"unknown rule '{name}'{question} ('migrate-cleanup rules' lists them)");
    }
}
