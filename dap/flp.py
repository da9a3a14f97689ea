"""The fully linear proof that a secret-shared measurement is valid (VDAF draft, section 7.3, BBCGGI19).

Every circuit here calls one quadratic gadget ``calls`` times. Each input wire of the gadget is a polynomial,
given by its values at the P-th roots of unity: a random seed, the wire's value in every call, zeros. The
gadget applied to these polynomials is one of degree at most 2(P-1); the proof is the seeds and its values at
all but the last of the 2P-th roots of unity. Verifiers compare gadget and polynomial at one random point,
which they can do on shares, because evaluating there is linear.
"""

from operator import mul
from typing import TYPE_CHECKING, Any

from dap.errors import VerifyError
from dap.field import lagrange_weights, odd_points, roots_of_unity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dap.circuits import Circuit


def next_power_of_two(n: int) -> int:
    """The smallest power of two that is at least n, for n ≥ 1."""
    return 1 << (n - 1).bit_length()


class Flp:
    """Prover and verifier for one circuit. Lengths count field elements."""

    def __init__(self, circuit: "Circuit[Any, Any]") -> None:
        self.circuit = circuit
        self.field = circuit.field
        self.points = next_power_of_two(1 + circuit.calls)
        self.proof_length = circuit.arity + 2 * (self.points - 1) + 1
        self.verifier_length = circuit.arity + 2
        self.prove_rand_length = circuit.arity
        reduction = circuit.checks if circuit.checks > 1 else 0
        self.query_rand_length = reduction + 1

    def prove(
        self, measurement: "Sequence[int]", prove_rand: "Sequence[int]", joint_rand: "Sequence[int]"
    ) -> list[int]:
        """The proof for an encoded measurement. The same work for every measurement: nothing is skipped."""
        p = self.field.modulus
        gadget = self.circuit.gadget
        padding = [0] * (self.points - 1 - self.circuit.calls)
        wires = [
            [seed, *values, *padding]
            for seed, values in zip(prove_rand, self.circuit.wires(measurement, joint_rand), strict=True)
        ]
        even = [gadget(values) % p for values in zip(*wires, strict=True)]
        # One flat dot product per wire and point. Their results stay unreduced: multiplying the long numbers
        # in the gadget is cheaper than reducing them before.
        odd = [
            gadget([sum(map(mul, row, wire)) for wire in wires]) % p
            for row in odd_points(self.field, self.points)[:-1]
        ]
        polynomial = [0] * (2 * self.points - 1)
        polynomial[::2] = even
        polynomial[1::2] = odd
        return [*prove_rand, *polynomial]

    def query(
        self,
        measurement: "Sequence[int]",
        proof: "Sequence[int]",
        query_rand: "Sequence[int]",
        joint_rand: "Sequence[int]",
        shares: int,
    ) -> list[int]:
        """One aggregator's share of the verifier, from its shares of measurement and proof.

        Raises VerifyError when the query point is a P-th root of unity, where it would reveal a wire.
        """
        field, circuit = self.field, self.circuit
        p = field.modulus
        t = query_rand[-1]
        if pow(t, self.points, p) == 1:
            raise VerifyError("the query point is a root of unity")
        share_of_one = field.inverse(shares)
        seeds, polynomial = proof[: circuit.arity], proof[circuit.arity :]

        checks = circuit.evaluate(measurement, polynomial[2 : 2 * circuit.calls + 1 : 2], share_of_one)
        check = field.dot(query_rand, checks) if len(checks) > 1 else checks[0] % p

        weights = lagrange_weights(field, self.points, t)
        wires = circuit.wires_at(measurement, joint_rand, weights[1 : 1 + circuit.calls], share_of_one)
        first = weights[0]
        at_t = [(first * seed + value) % p for seed, value in zip(seeds, wires, strict=True)]
        return [check, *at_t, self._gadget_at(polynomial, t, weights)]

    def decide(self, verifier: "Sequence[int]") -> bool:
        """Whether the joined verifier proves validity."""
        check, wires, gadget = verifier[0], verifier[1:-1], verifier[-1]
        return check == 0 and self.circuit.gadget(wires) % self.field.modulus == gadget

    def _gadget_at(self, polynomial: "Sequence[int]", t: int, weights: "Sequence[int]") -> int:
        """The gadget polynomial at t, given the weights for the P-th roots at t.

        Its last value follows from the degree: the coefficient of x**(2P-1) is zero, so Σ root_k·value_k = 0.
        With E through the even and O through the odd points,
        ``f(t) = (1 + t**P)/2·E(t) + (1 - t**P)/2·O(t)``; O is an interpolation at the P-th roots again,
        turned by one 2P-th root.
        """
        field = self.field
        p = field.modulus
        fine = roots_of_unity(field, 2 * self.points)
        last = -fine[1] * field.dot(fine, polynomial) % p
        turned = lagrange_weights(field, self.points, -t * fine[self.points - 1] % p)
        even = field.dot(weights, polynomial[::2])
        odd = field.dot(turned, [*polynomial[1::2], last])
        power = pow(t, self.points, p)
        half = (p + 1) // 2
        return ((1 + power) * even + (1 - power) * odd) * half % p
