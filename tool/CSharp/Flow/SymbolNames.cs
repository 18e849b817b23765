using System.Collections.Concurrent;
using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using Microsoft.CodeAnalysis;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>
/// What the graph says of a method: what it is called, whether a call of it comes back, and which operands it hands out that
/// are never null: -1 for the result, or a parameter.
/// </summary>
internal sealed record MethodFacts(Callee Callee, bool NeverReturns)
{
    public ImmutableArray<int> NonNull { get; init; } = [];
}

/// <summary>The names that the graph gives to types and methods of one compilation. Safe to use from several threads.</summary>
internal sealed class SymbolNames
{
    private static readonly SymbolDisplayFormat FullType = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters);

    private static readonly SymbolDisplayFormat WithoutArguments = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    /// <summary>The name that a catalogue gives to whatever does what <c>Dispose</c> does.</summary>
    private const string LikeDispose = "like:System.IDisposable.Dispose";

    /// <summary>The name that a catalogue gives to a <c>Close</c> of which nothing shows that it does what <c>Dispose</c> does.</summary>
    private const string UnlikeDispose = "unlike:System.IDisposable.Dispose";

    /// <summary>What a catalogue puts before the name of a contract that the type, as its bodies show, only carries out for form's sake.</summary>
    private const string Idle = "idle:";

    /// <summary>What a catalogue puts before the name of a contract whose releases, in this type, can only concern what its constructor was given.</summary>
    private const string Wrapping = "wrapping:";

    /// <summary>The name that a catalogue gives to functions that dispose what they are given, and do nothing else.</summary>
    private const string DisposeOfGiven = "given:System.IDisposable.Dispose";

    /// <summary>The name that a catalogue gives to functions that end the use of what they are given, in a way of their own.</summary>
    private const string EndOfGiven = "given:unlike:System.IDisposable.Dispose";

    /// <summary>The name of some function of a native library: nothing is said of it, but that it throws nothing.</summary>
    private const string AnyNative = "native:*";

    private readonly Equivalents _equivalents;
    private readonly Catalogue _catalogue;
    private readonly NonNullOutcomes _nonNull;
    private readonly NullOutcomes _null;
    private readonly LookingMethods _looking;
    private readonly SettledFields _settled = new();
    private readonly ConcurrentDictionary<ITypeSymbol, string> _types = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ITypeSymbol, string> _plainTypes = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<(IMethodSymbol Method, ITypeSymbol? Receiver), MethodFacts> _methods = new(new MethodKeyComparer());

    public SymbolNames(Equivalents equivalents, Catalogue catalogue)
    {
        _equivalents = equivalents;
        _catalogue = catalogue;
        _nonNull = new NonNullOutcomes(equivalents);
        _null = new NullOutcomes(equivalents);
        _looking = new LookingMethods(catalogue, m => CalleeOf(m, null));
    }

    /// <summary>The names of another compilation of the same codebase.</summary>
    public SymbolNames Again() => new(_equivalents, _catalogue);

    /// <summary>Whether a field, once constructed, keeps its value.</summary>
    public bool IsSettled(IFieldSymbol field) => _settled.Contains(field);

    /// <summary>The full name with type arguments: <c>System.Collections.Generic.List&lt;System.Int32&gt;</c>.</summary>
    public string Type(ITypeSymbol? type) => type is null ? "" : _types.GetOrAdd(type, static t => t.ToDisplayString(FullType));

    /// <summary>The full name without type arguments; <c>nint</c> by the name that it has in every version of the language.</summary>
    public string PlainType(ITypeSymbol? type) => type is null
        ? ""
        : _plainTypes.GetOrAdd(type.OriginalDefinition, static t => t switch
        {
            IArrayTypeSymbol => "System.Array",
            { SpecialType: SpecialType.System_IntPtr } => "System.IntPtr",
            { SpecialType: SpecialType.System_UIntPtr } => "System.UIntPtr",
            _ => t.ToDisplayString(WithoutArguments),
        });

    /// <summary>A static field or constant: <c>System.IO.FileMode.Open</c>.</summary>
    public string Member(ISymbol symbol) => $"{PlainType(symbol.ContainingType)}.{symbol.Name}";

    /// <param name="method">What the compiler calls.</param>
    /// <param name="receiver">The type it is called on, whose interfaces the method may implement too.</param>
    public MethodFacts Method(IMethodSymbol method, ITypeSymbol? receiver = null)
    {
        var target = (method.ReducedFrom ?? method).OriginalDefinition;
        var on = receiver?.OriginalDefinition;
        if (on is ITypeParameterSymbol || SymbolEqualityComparer.Default.Equals(on, target.ContainingType))
            on = null;

        return _methods.GetOrAdd((target, on), static (key, names) => names.FactsOf(key.Method, key.Receiver), this);
    }

    /// <summary>Whether the method is known to give null now and then.</summary>
    public bool MayGiveNull(IMethodSymbol method) => _null.Shows((method.ReducedFrom ?? method).OriginalDefinition);

    /// <summary>Whether it matters which of a type's members is called: one that may do what <c>Dispose</c> does, and that another type may override.</summary>
    public bool MayReleaseExactly(IMethodSymbol method, ITypeSymbol? receiver) =>
        receiver is INamedTypeSymbol { IsReferenceType: true, IsSealed: false } type && Equivalents.MayDispose(method, type)
        && !Method(method, receiver).Callee.Names.Contains(LikeDispose);

    /// <summary>The facts where the receiver is known to be of this very type.</summary>
    public MethodFacts Exactly(MethodFacts facts, IMethodSymbol method, INamedTypeSymbol exact) =>
        _equivalents.DoesWhatDisposeDoes(method, exact, isExact: true)
            ? facts with { Callee = facts.Callee with { Also = [.. facts.Callee.Names.Skip(1).Where(n => n != UnlikeDispose), LikeDispose] } }
            : facts;

    private MethodFacts FactsOf(IMethodSymbol method, ITypeSymbol? receiver)
    {
        if (method.MethodKind is MethodKind.DelegateInvoke or MethodKind.FunctionPointerSignature)
            return new MethodFacts(new Callee("*", IsOfNativeCode(method) ? [AnyNative] : []), false);

        var callee = CalleeOf(method, receiver) with
        {
            LooksAt = _looking.Of(method),
            OnlyFillsNew = method.MethodKind == MethodKind.Constructor && method.ContainingType.ContainingAssembly is ISourceAssemblySymbol
                && PlainExceptions.OnlyFills(method, _catalogue, m => CalleeOf(m, null)),
        };
        return new MethodFacts(callee, NeverReturns(method)) { NonNull = _nonNull.Of(method) };
    }

    private Callee CalleeOf(IMethodSymbol method, ITypeSymbol? receiver)
    {
        var also = method.MethodKind == MethodKind.Constructor ? BaseConstructors(method.ContainingType) : OtherNames(method, receiver);
        var callee = method.MethodKind == MethodKind.Constructor
            ? Callee.Constructor(PlainType(method.ContainingType), [.. also.Distinct()])
            : new Callee(NameOf(method), [.. also.Distinct()]);
        return callee with { IsOwn = !method.DeclaringSyntaxReferences.IsEmpty };
    }

    /// <summary>The delegate stands for a function that a library exports.</summary>
    private static bool IsOfNativeCode(IMethodSymbol method) => method.MethodKind == MethodKind.FunctionPointerSignature
        ? method.CallingConvention != System.Reflection.Metadata.SignatureCallingConvention.Default
        : method.ContainingType.GetAttributes().Any(a => a.AttributeClass?.Name == "UnmanagedFunctionPointerAttribute");

    private string NameOf(IMethodSymbol method) => method.MethodKind == MethodKind.LocalFunction
        ? $"{NameOf(EnclosingMethod(method))}.{method.Name}"
        : $"{PlainType(method.ContainingType)}.{method.Name}";

    private static IMethodSymbol EnclosingMethod(IMethodSymbol local)
    {
        ISymbol symbol = local;
        do
        {
            symbol = symbol.ContainingSymbol;
        }
        while (symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction });

        return symbol as IMethodSymbol ?? local.ContainingType.InstanceConstructors[0];
    }

    private IEnumerable<string> BaseConstructors(INamedTypeSymbol type)
    {
        for (var t = type.BaseType; t is not null && t.SpecialType != SpecialType.System_Object; t = t.BaseType)
            yield return PlainType(t) + "..ctor";

        foreach (var implemented in type.AllInterfaces)
            yield return (implemented.SpecialType == SpecialType.System_IDisposable ? KindOf(type) : "") + PlainType(implemented) + "..ctor";
    }

    private static string KindOf(INamedTypeSymbol type) => IdleDisposals.Has(type) ? Idle : StreamTypes.HoldsGiven(type) ? Wrapping : "";

    private IEnumerable<string> OtherNames(IMethodSymbol method, ITypeSymbol? receiver)
    {
        for (var overridden = method.OverriddenMethod; overridden is not null; overridden = overridden.OverriddenMethod)
            yield return NameOf(overridden.OriginalDefinition);

        if (!method.IsStatic)
        {
            var type = receiver as INamedTypeSymbol ?? method.ContainingType;
            var implemented = Implemented(method, type).ToList();
            foreach (var name in implemented)
                yield return name;

            if (_equivalents.DoesWhatDisposeDoes(method, type))
                yield return LikeDispose;
            else if (implemented.Count == 0 && Equivalents.OnlyCloses(First(method), type))
                yield return UnlikeDispose;
        }

        if (Disposing.IsAll(method))
            yield return DisposeOfGiven;
        else if (Disposing.IsPart(method))
            yield return EndOfGiven;

        if (EntryPoint(method) is not { } entryPoint)
            yield break;

        // What the library hands out goes into an object that owns it: the object is what is to be released.
        var isOwnedByObject = IsObject(method.ReturnType) || method.Parameters.Any(p => p.RefKind != RefKind.None && IsObject(p.Type));
        yield return isOwnedByObject ? AnyNative : "native:" + entryPoint;
        if (method.ReturnType is INamedTypeSymbol handle && IsObject(handle))
        {
            foreach (var name in BaseConstructors(handle))
                yield return name;
        }
    }

    private static bool IsObject(ITypeSymbol type) => type.IsReferenceType && NonNullValues.IsReleasable(type);

    /// <summary>The interface members that a call of the method on this type carries out.</summary>
    private IEnumerable<string> Implemented(IMethodSymbol method, INamedTypeSymbol type)
    {
        if (type.TypeKind == TypeKind.Interface)
            yield break;

        foreach (var @interface in type.AllInterfaces)
        {
            var member = method.ExplicitInterfaceImplementations.FirstOrDefault(m =>
                SymbolEqualityComparer.Default.Equals(m.ContainingType.OriginalDefinition, @interface.OriginalDefinition));
            if (member is not null)
            {
                yield return NameOf(member.OriginalDefinition);
                continue;
            }

            foreach (var candidate in @interface.GetMembers(method.Name).OfType<IMethodSymbol>())
            {
                if (type.FindImplementationForInterfaceMember(candidate) is IMethodSymbol implementation
                    && SymbolEqualityComparer.Default.Equals(First(implementation), First(method)))
                {
                    yield return NameOf(candidate.OriginalDefinition);
                }
            }
        }
    }

    /// <summary>The override of a method that the compiler would name where it is called on this type.</summary>
    public static IMethodSymbol Nearest(IMethodSymbol method, ITypeSymbol type)
    {
        for (var t = type; t is not null && !SymbolEqualityComparer.Default.Equals(t, method.ContainingType); t = t.BaseType)
        {
            if (t.GetMembers(method.Name).OfType<IMethodSymbol>().FirstOrDefault(m => m.IsOverride && SymbolEqualityComparer.Default.Equals(First(m), First(method))) is { } found)
                return found;
        }

        return method;
    }

    /// <summary>The member that introduced it: which override of it is named makes no difference to what runs.</summary>
    private static IMethodSymbol First(IMethodSymbol method)
    {
        while (method.OverriddenMethod is { } overridden)
            method = overridden;

        return method.OriginalDefinition;
    }

    private static string? EntryPoint(IMethodSymbol method)
    {
        if (method.GetDllImportData() is { } import)
            return import.EntryPointName ?? method.Name;

        if (!method.IsPartialDefinition && method.PartialDefinitionPart is null)
            return null;

        var attribute = (method.PartialDefinitionPart ?? method).GetAttributes()
            .FirstOrDefault(a => a.AttributeClass?.Name == "LibraryImportAttribute");
        return attribute is null
            ? null
            : attribute.NamedArguments.FirstOrDefault(a => a.Key == "EntryPoint").Value.Value as string ?? method.Name;
    }

    private static bool NeverReturns(IMethodSymbol method) =>
        method.ReturnsVoid && method.GetAttributes().Any(a => a.AttributeClass?.Name == "DoesNotReturnAttribute");

    private sealed class MethodKeyComparer : IEqualityComparer<(IMethodSymbol Method, ITypeSymbol? Receiver)>
    {
        public bool Equals((IMethodSymbol Method, ITypeSymbol? Receiver) x, (IMethodSymbol Method, ITypeSymbol? Receiver) y) =>
            SymbolEqualityComparer.Default.Equals(x.Method, y.Method) && SymbolEqualityComparer.Default.Equals(x.Receiver, y.Receiver);

        public int GetHashCode((IMethodSymbol Method, ITypeSymbol? Receiver) key) =>
            SymbolEqualityComparer.Default.GetHashCode(key.Method) * 31 + SymbolEqualityComparer.Default.GetHashCode(key.Receiver);
    }
}
