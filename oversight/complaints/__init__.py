"""What citizens bring: inquiries, complaints, reports of violations, praise; from the first word to the call back."""
