"""The device side, headless: probes, samples, summary, measurement, report, ledger, upload."""
